"""What stands over the parts of the place Lancashire in its file."""

from __future__ import annotations

from .place_text import lay_out

HEAD = """\
# Preston, focal, in Lancashire: the place of the anchors of 2012/13.
# Written by changemaking/scenarios/build_lancashire.py; edit its inputs, not this file.
#
# Money is in pounds of 2012/13. Where each number comes from stands under [sources] at the end: evidence, data, or assumed
# with a plausible range. No number was chosen to meet a published outcome.
"""

COMMENTS = {
    "sectors": """
# Sectors. Jobs are residents of Preston at work by industry (census 2021), not jobs at workplaces in Preston. The hospital and
# the university are in "public", which government pays. Labour and supplies follow the UK input-output table of 2019.""",
    "supply": """
# Where a provider's costs go, seen from the place where the work is done. At the mean labour share of what is bought, local
# SMEs spend 0.438 of each pound there and local large firms 0.306.""",
    "firms": """
# Firms able to bid, a sample: {firms} of them. Lancashire councils' {notices:,} notices give the mix: {flagged} awards with a size
# flag, {to_sme} to SMEs; value of an award: quartiles {low:,} and {high:,}, median {median:,} pounds. Preston is drawn finer than
# the rest of the region. A bidder asked for twice the yearly value in turnover: an SME of the median can bid up to
# 1.25 million a year, a large firm of the region up to 35 million.""",
    "districts": """
# The twelve districts under the county and the two unitary ones.""",
    "population": """
# People of Preston.""",
    "incomes": """
# Pounds a month and person.""",
    "services": """
# Services and what makes them easy or hard to contract for. All judged; see the ranges.""",
    "commissioners": """
# Commissioners: first the six anchors whose 750 million of 2012/13 and 617 million of 2016/17 were published (Preston City
# Council is one of them, here a council). The hospital and the university are not among the six. Then the other councils,
# coarse: what they buy beside the services named is shared out over those.""",
    "sources": """
# Where the numbers come from. `*` stands for any one name; of the patterns that fit, the most exact counts.""",
}


def to_toml(place: dict, facts: dict) -> str:
    """The place as text. `facts` are the award notices' figures, for the comment over the firms."""
    low, median, high = facts["quartiles"]
    numbers = facts | {"firms": sum(g["count"] for g in place["firms"]), "low": low, "median": median, "high": high}
    return lay_out(HEAD, place, COMMENTS | {"firms": COMMENTS["firms"].format(**numbers)})
