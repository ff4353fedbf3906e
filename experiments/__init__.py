"""What is asked: run, compare, record, patterns."""
