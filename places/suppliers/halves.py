"""Two halves of the labelled suppliers, fixed before any rule was written: rules are made on one and measured on the other."""

from __future__ import annotations

import hashlib

from .names import clean_name


def is_held_out(name: str) -> bool:
    """Whether a supplier belongs to the half that rules are measured on, by a hash of its cleaned name.

    All spellings that clean to one name fall into one half, in whatever file they stand.
    """
    return bool(hashlib.sha256(clean_name(name).encode()).digest()[0] & 1)
