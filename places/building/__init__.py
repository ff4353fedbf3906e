"""From figures and reference tables to a place file whose numbers say where they come from."""
