"""Files to take home: data formats, pages, pictures, films, with citations and provenance."""
