"""Analyses of the claims: disagreement, lead and lag, concessions, published totals."""
