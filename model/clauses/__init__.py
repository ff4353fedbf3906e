"""Contract rules: one file per clause."""
