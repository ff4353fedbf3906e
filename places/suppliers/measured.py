"""How often each classification is right, on labelled suppliers that were not looked at when its rule was written.

    python -m changemaking.places.suppliers.measured DATA     prints the table and compares it with the one that is shipped

DATA is a folder with the published files (`suppliers/`, `spend/`, `preston/`). The labels are others': a council's own flag, a match
with a register, grants to voluntary bodies; only persons were labelled by hand. Labels err too.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).with_name("measured.csv")
RULES, HELD_OUT = "rules", "held out"


@dataclass(frozen=True)
class Measured:
    """One classification against one set of labels: how many it called right and wrong.

    `half` says whether its suppliers are those the rule was written on or those held out. Where only one label exists (grants are all to
    voluntary bodies) the other counts are 0 and the ratio that needs them is None.
    """

    classification: str
    labels: str
    half: str
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def precision(self) -> float | None:
        """Of those it called, the share rightly called; None when nothing could be called wrongly."""
        called = self.true_positive + self.false_positive
        return self.true_positive / called if called and self._both else None

    @property
    def recall(self) -> float | None:
        """Of those it should have called, the share it did."""
        wanted = self.true_positive + self.false_negative
        return self.true_positive / wanted if wanted else None

    @property
    def _both(self) -> bool:
        return self.false_positive + self.true_negative > 0

    def interval(self, of: str) -> tuple[float, float] | None:
        """The Wilson interval (95%) of "precision" or "recall"; None where that is not defined."""
        if of == "precision":
            return None if self.precision is None else wilson(self.true_positive, self.true_positive + self.false_positive)
        return None if self.recall is None else wilson(self.true_positive, self.true_positive + self.false_negative)


def wilson(successes: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The Wilson score interval of a share (Wilson 1927, JASA 22:209–212), 95% by default."""
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    middle = share + z * z / (2 * trials)
    scale = 1 + z * z / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def count(classification: str, labels: str, labelled: Mapping[str, bool], calls: Callable[[str], bool]) -> Iterator[Measured]:
    """A yes-or-no rule against labels by name, on each half that has any."""
    from .halves import is_held_out

    for half, held in ((RULES, False), (HELD_OUT, True)):
        found = [(calls(name), label) for name, label in labelled.items() if is_held_out(name) == held]
        if not found:
            continue
        yield Measured(
            classification,
            labels,
            half,
            sum(called and label for called, label in found),
            sum(called and not label for called, label in found),
            sum(label and not called for called, label in found),
            sum(not label and not called for called, label in found),
        )


def measurements(data: Path) -> list[Measured]:
    """Every classification on both halves of every labelled file in `data`."""
    from ..spending.exclusions import public_body, reason_of_payee
    from . import labelled as have
    from .kinds import reads_as_voluntary
    from .persons import looks_like_person

    found: list[Measured] = []
    flagged = have.flagged_by_calderdale(data)
    registered = have.registered_in_bolton(data)
    voluntary = {name: row.voluntary for name, row in registered.items() if row.voluntary is not None}
    granted = dict.fromkeys(have.granted_by_trafford(data), True)
    name_rule = "voluntary body, by name"
    found += count(name_rule, "Calderdale's VCSE flag", flagged, reads_as_voluntary)
    found += count(name_rule, "Bolton's match with registers", voluntary, reads_as_voluntary)
    found += count(name_rule, "Trafford's grants (all voluntary)", granted, reads_as_voluntary)
    certain = have.certain_voluntary(data)
    found += count("voluntary body, by identifier or legal form", "Calderdale's VCSE flag", flagged, certain)
    found += count("person, by name", "six councils' suppliers, read by hand", have.persons_by_hand(data), looks_like_person)
    found += have.matched_by_name(data, registered)
    found += have.sectors_of_categories(data, registered)
    found += have.repeated_sme_flags(data)
    found += count("public body, by name", "Bolton's match with registers", {n: r.public for n, r in registered.items()}, public_body)
    # Nobody labels taxes, pay or pensions; but who is in a register, or wins a contract, is a supplier that no name should leave out.
    known = {"Bolton's match with registers": [name for name, row in registered.items() if not row.public]}
    known["winners in Lancashire's notices"] = have.winners_in_lancashire(data)
    for labels, names in known.items():
        found += count("supplier, kept in spite of its name", labels, dict.fromkeys(names, True), lambda name: not reason_of_payee(name))
    return found


COLUMNS = ("classification", "labels", "half", "true_positive", "false_positive", "false_negative", "true_negative",
           "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high")  # fmt: skip


def records(found: Iterable[Measured]) -> list[list[object]]:
    """The measurements as rows of `COLUMNS`, ratios to three digits."""
    rows: list[list[object]] = []
    for one in found:
        row: list[object] = [one.classification, one.labels, one.half]
        row += [one.true_positive, one.false_positive, one.false_negative, one.true_negative]
        for of, value in (("precision", one.precision), ("recall", one.recall)):
            interval = one.interval(of)
            row += [None, None, None] if value is None or interval is None else [round(value, 3), *(round(end, 3) for end in interval)]
        rows.append(row)
    return rows


def shipped() -> list[Measured]:
    """The measurements as they are shipped and documented."""
    with SHIPPED.open(encoding="utf-8-sig", newline="") as handle:
        return [
            Measured(r["classification"], r["labels"], r["half"], *(int(r[name]) for name in COLUMNS[3:7])) for r in csv.DictReader(handle)
        ]


def as_markdown(found: Iterable[Measured]) -> str:
    """The held-out measurements as a table for the documents: precision and recall with 95% intervals, and of how many."""
    lines = ["| classification | labels | precision | recall | suppliers |", "|---|---|---|---|---|"]
    for one in found:
        if one.half == HELD_OUT:
            total = one.true_positive + one.false_positive + one.false_negative + one.true_negative
            lines.append(f"| {one.classification} | {one.labels} | {_ratio(one, 'precision')} | {_ratio(one, 'recall')} | {total} |")
    return "\n".join(lines)


def _ratio(one: Measured, of: str) -> str:
    value, interval = getattr(one, of), one.interval(of)
    return "–" if value is None or interval is None else f"{value:.2f} ({interval[0]:.2f}–{interval[1]:.2f})"


def main(arguments: list[str]) -> int:
    from ..safe_csv import write_csv

    data = Path(arguments[0]) if arguments else Path("../shared/data")
    if not (data / "suppliers").is_dir():
        print(f"{data}: no folder suppliers/ with the labelled files in it", file=sys.stderr)
        return 2
    found = measurements(data)
    print(as_markdown(found))
    if "--write" in arguments:
        write_csv(SHIPPED, COLUMNS, records(found))
        return 0
    same = SHIPPED.is_file() and records(found) == records(shipped())
    print("\nas shipped" if same else f"\nnot as shipped in {SHIPPED.name}")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
