"""National input–output tables brought down to a place by location quotients, and their multipliers."""
