"""The map in a browser: folium plugin, its payload, basemap, scripts and styles."""
