"""What is learnt from a sweep: sensitivity, discovery, robustness, regimes, calibration, and whether its seeds are enough.

Each takes a `Sweep` and gives tables.
"""

from __future__ import annotations
