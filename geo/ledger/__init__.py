"""All tables together, checked against each other; finding places and claims in them."""
