"""What the claims come to: who differs from whom, by how much, how long, and in what."""
