"""The command line, `python -m geo`: a file for each family of commands."""
