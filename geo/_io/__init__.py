"""What every room needs: faults, days, text, CSV, GeoJSON, whole files, confined processes."""
