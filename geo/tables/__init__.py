"""The tables of `data/` and the outlines beside them: columns, reading, checks of one file."""
