"""Users' map files: read in a confined process, as editions that stay whole."""
