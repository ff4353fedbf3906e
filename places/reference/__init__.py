"""Shipped public tables that every place needs: local authorities, deprivation, budgets."""
