"""Fixtures of this folder."""

from award_notices import read  # noqa: F401
