"""The tables of `data/` and the outlines beside them: columns, reading, per-file checks."""
