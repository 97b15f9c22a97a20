"""Shared basics: faults, days, text, CSV, GeoJSON, atomic file writes, confined processes."""
