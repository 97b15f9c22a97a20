"""Analyses of the claims: agreement, lead and lag, concessions, published totals, coverage."""
