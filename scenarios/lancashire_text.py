"""Lays the place Lancashire out as TOML that reads well: a comment over each part, one line for each small thing."""

from __future__ import annotations

import textwrap

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


def value(x: object) -> str:
    """A TOML value on one line."""
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, str):
        return '"' + x.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(x, float) and not x.is_integer():
        return repr(x)
    if isinstance(x, int | float):
        return f"{int(x):_}" if abs(x) >= 10_000 else (str(x) if isinstance(x, int) else repr(x))
    if isinstance(x, dict):
        return "{ " + ", ".join(f"{k} = {value(v)}" for k, v in x.items()) + " }"
    if isinstance(x, list | tuple):
        return "[" + ", ".join(value(v) for v in x) + "]"
    raise TypeError(f"no TOML for {x!r}")


def entry(key: str, x: object) -> str:
    """`key = value`; a list of tables takes one line for each table."""
    if isinstance(x, list) and x and isinstance(x[0], dict):
        return "\n".join([f"{key} = [", *(f"  {value(row)}," for row in x), "]"])
    return f"{key} = {value(x)}"


def wrapped(text: str) -> str:
    """A long text over several lines, each ended by a backslash, which TOML joins again."""
    return " \\\n".join(textwrap.wrap(text, 120, initial_indent="  ", subsequent_indent="  "))


def to_toml(place: dict, facts: dict) -> str:
    """The place as text. `facts` are the award notices' figures, for the comment over the firms."""
    low, median, high = facts["quartiles"]
    numbers = facts | {"firms": sum(g["count"] for g in place["firms"]), "low": low, "median": median, "high": high}
    parts = [HEAD]
    parts += [entry(key, place[key]) for key in ("name", "title", "region")]
    parts.append('attribution = """\\\n' + wrapped(place["attribution"]) + '"""')
    for key in ("sectors", "supply", "firms"):
        parts += [COMMENTS[key].format(**numbers), entry(key, place[key])]
    parts.append(COMMENTS["districts"])
    parts.append("\n\n".join(table("[[districts]]", row) for row in place["districts"]))
    for key in ("population", "incomes"):
        parts += [COMMENTS[key], table(f"[{key}]", place[key])]
    for key in ("services", "commissioners"):
        parts += [COMMENTS[key], "\n\n".join(table(f"[[{key}]]", row) for row in place[key])]
    parts += [COMMENTS["sources"], "[sources]"]
    parts += [f"{value(pattern)} = {value(note)}" for pattern, note in place["sources"].items()]
    return "\n".join(parts) + "\n"


def table(head: str, row: dict) -> str:
    return "\n".join([head, *(entry(key, x) for key, x in row.items())])
