"""Anchor institutions: a county, a constabulary, colleges, a housing association."""

from .commissioner import Commissioner


class AnchorInstitution(Commissioner):
    """A large institution rooted in the place that buys much and moves little; it does not take services in-house."""

    label = "anchor"
