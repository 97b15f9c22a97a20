"""From dated statements to claim polygons: intervals, pieces of ground, areas."""
