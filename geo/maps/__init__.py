"""Users' map files and archives of published maps: importers, confined reading, whole editions."""
