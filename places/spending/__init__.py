"""Published payment files as payments: every row used, excluded for a stated reason, or rejected."""
