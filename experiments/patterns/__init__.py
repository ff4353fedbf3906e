"""The claims about behaviour, each with its ablation."""
