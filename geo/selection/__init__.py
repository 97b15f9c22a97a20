"""What is asked of the record: selections, snapshots, and views with their addresses."""
