"""No number of behaviour stands in the code: what agents/ and model/ write out is units, mathematics, sizes and guards."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

import pytest

import changemaking
from changemaking.scenarios.parameters import Parameters

ROOT = Path(changemaking.__file__).parent
FILES = sorted(path for folder in ("agents", "model") for path in (ROOT / folder).glob("*.py"))
UNITS = {"0.0", "1.0", "12.0", "12", "11", "100.0"}  # nothing, one, months in a year and its last month, pence in a pound, per cent

# What else may stand there, and why; docs/odd.md says the same in prose.
ALLOWED: dict[str, dict[str, str]] = {
    "agents/awarding.py": {"0.1": "guard: no division by a cost near nothing"},
    "agents/bearing.py": {
        "0.5": "square roots",
        "0.8": "guard: a signal leaves a cost above nothing",
        "2.0": "halves of quadratics and of what drifts",
        "24.0": "months, and the half of what drifts",
        "144.0": "months of a year, squared",
    },
    "agents/commissioner.py": {"0.5": "the middle of the scale of trust"},
    "agents/founding.py": {"100": "spare accounts", "1e14": "a team's capacity: no limit"},
    "agents/insourcing.py": {"32": "bits"},
    "agents/pricing.py": {
        "0.5": "square roots, and the half of a quadratic cost",
        "3.0": "variance of an even spread",
        "0.8": "guard: a common shock leaves a cost above nothing",
    },
    "agents/opening.py": {
        "1e-9": "breaks ties",
        "0.05": "guard: no division by a labour share near nothing",
        "2.0": "opening balance of sectors, which no rule reads",
    },
    "agents/provider.py": {
        "0.5": "square roots",
        "0.8": "guard: a signal leaves a cost above nothing",
        "2.0": "optimum of a quadratic",
        "3.0": "variance of an even spread",
    },
    "agents/tables.py": {"6": "columns of a provider's work", "1e15": "a team's credit: no limit"},
    "model/chance.py": {
        "0.5": "middle of a slot",
        "9007199254740992.0": "2 to the power of 53",
        "65_536": "slots of the table",
        "9": "decimals of the table",
        **dict.fromkeys(("8", "11", "16", "27", "30", "31", "32", "48"), "bits and bytes"),
    },
    "model/compiled.py": {"8": "bytes of a name"},
    "model/contracts.py": {"512": "rows to begin with"},
    "model/delivery.py": {
        "1e-9": "guard: no division by nothing",
        "2.0": "optimum of a quadratic; guard: an outcome counts as twice what was expected at most",
        "3.0": "dimensions of a need",
        "1024.0": "values of ten bits",
        "1023": "ten bits",
        "5": "a payment mechanism",
        "365.0": "days of a year",
        "6": "columns of a provider's work",
        "26": "sums of a month",
    },
    "model/ledger.py": {"16": "rows to begin with", "4096": "rows to begin with"},
    "model/ecosystem.py": {"6": "room for entries", "16": "room for entries"},
    "model/firms.py": {"8": "months of invoices that can be held, beyond the longest terms"},
    "model/indicators.py": {
        "0.5": "principles are means of two",
        "0.75": "highest evenness of four shares",
        "2.0": "LM3 less its first round reaches 2",
        "60": "incumbency is measured over five years",
    },
    "model/market.py": {"0.5": "square roots", "3.0": "variance of an even spread", "5": "kinds of provider", "16": "bits"},
    "model/needs.py": {
        "5": "place in a date",
        "0.8": "guard: prices of inputs leave a cost above nothing",
        "2.0": "an even spread from nothing reaches twice its mean",
    },
    "model/population.py": {"65": "who counts as old", "16": "who counts as adult"},
    "agents/innovation.py": {"2.0": "the half of a quadratic cost"},
    "model/trust.py": {"1e-9": "guard: no division by nothing"},
    "model/risk.py": {
        "1e6": "months of cost that nobody bears: no cap",
        "2.0": "halves of quadratics",
        "3.0": "moments of an even spread",
    },
    "model/procurement.py": dict.fromkeys(
        "0.5642 0.8463 1.0294 1.1630 1.2672 1.3522 1.4236 1.4850 1.5388 1.5864 1.6292".split(), "expected highest of n normals"
    ),
    "model/residents.py": {
        "0.5": "the positive part of a number",
        "1024": "slots of a table",
        "1048576.0": "values of twenty bits",
        "9": "sums of a ward",
        **dict.fromkeys(("20", "30", "40", "1023", "1024.0"), "parts of a word of bits"),
    },
}
APART = {"model/io_tables.py", "model/multipliers.py"}  # arithmetic on published tables, no part of a run


def numbers(path: Path) -> set[str]:
    """The fractions and the whole numbers from five on that a file writes out, outside comments and texts."""
    with path.open("rb") as file:
        found = [t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.NUMBER]
    return {n for n in found if not n.lower().startswith("0x") and (re.search(r"[.eE]", n) or int(n) >= 5)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_numbers_in_the_code_are_known(path: Path) -> None:
    name = f"{path.parent.name}/{path.name}"
    if name in APART:
        return
    assert numbers(path) - UNITS - set(ALLOWED.get(name, {})) == set(), "make it a parameter in scenarios/parameters.py and .toml"


def test_what_is_allowed_stands_there() -> None:
    stale = {name: set(known) - numbers(ROOT / name) for name, known in ALLOWED.items()}
    assert not any(stale.values()), stale


@pytest.mark.parametrize("name", list(Parameters.model_fields))
def test_every_parameter_is_read(name: str) -> None:
    """By a rule, under its name: one that nothing reads would be swept without effect."""
    code = "".join(path.read_text(encoding="utf-8") for path in (*FILES, *(ROOT / "model" / "clauses").glob("*.py")))
    assert re.search(rf"\b(p|parameters)\.{name}\b", code)
