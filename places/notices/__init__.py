"""Award notices (Open Contracting Data Standard, Contracts Finder) as awards."""
