"""Who suppliers are: names, matches with registers, kind, ring, sector."""
