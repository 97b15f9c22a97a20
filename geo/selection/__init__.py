"""What is asked for: a snapshot, and the address of what a reader looks at."""
