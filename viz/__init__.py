"""What is seen: figures and the report."""
