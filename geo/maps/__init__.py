"""Map files of others: read in a confined process, as editions that stay whole."""
