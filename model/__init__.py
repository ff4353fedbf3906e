"""The world and its rules. `ecosystem` puts it together; import it by name."""
