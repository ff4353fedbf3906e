"""Many points, many seeds: what a sweep asks (design.py), where its runs are kept (shards.py, store.py), how it is run (sweep.py)."""

from __future__ import annotations
