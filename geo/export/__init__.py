"""Exported files: data formats, pages, pictures, films, with citations and provenance."""
