"""Templates of HTML, in `assets`; what they are filled with is escaped."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader

template = Environment(
    loader=PackageLoader("panels", "assets"), autoescape=True, trim_blocks=True, lstrip_blocks=True
).get_template
