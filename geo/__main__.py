"""Entry point of `python -m geo`."""

from geo.cli import app

app(prog_name="python -m geo")
