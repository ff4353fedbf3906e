"""From what a council publishes (payments, award notices) to a place that can be simulated."""
