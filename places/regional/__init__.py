"""National input–output tables brought down to a place by location quotients, and their multipliers."""

from .errors import RegionalError
from .jobs import Jobs, read_jobs
from .multipliers import multipliers
from .quotients import DELTA, DELTAS, cross_industry, flegg, regional_coefficients, regional_spending, simple, size, span

__all__ = [
    "DELTA",
    "DELTAS",
    "Jobs",
    "RegionalError",
    "cross_industry",
    "flegg",
    "multipliers",
    "read_jobs",
    "regional_coefficients",
    "regional_spending",
    "simple",
    "size",
    "span",
]
