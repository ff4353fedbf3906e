"""What is learnt from a sweep: sensitivity, discovery, robustness, regimes. Each takes a `Sweep` and gives tables."""

from __future__ import annotations
