"""Pictures drawn by matplotlib: canvas, strokes, map frame, labels, legend, layout."""
