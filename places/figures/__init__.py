"""What the payments and awards of a place say, unknown shares as intervals, each figure with the rows behind it."""
