"""Who acts: one file per kind of agent."""
