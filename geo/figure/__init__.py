"""Pictures drawn by matplotlib: content, land, paint, places, maps, key, table, layout."""
