"""Fixtures of this folder."""

from fake_model import fake_model  # noqa: F401
