"""Which rows of payments and which awards are the council's, by the body that the files name, and what came from whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...scenarios.errors import Problem, ScenarioError, listed, nearest
from ...scenarios.place_data import PlaceData
from ..reference import Authority
from ..reference.authorities import find_authority

if TYPE_CHECKING:
    import pyarrow as pa

    from .from_awards import Award

UNNAMED = "no body named"
MOST_TOLD = 20  # bodies that a note and the place file name
OWN, STRANGER, OTHER = "the council's", "of a body that is no council we know", "of another council"
CHOSEN_OUT = "of a body that was not chosen"


@dataclass(frozen=True)
class FromBody:
    """What came of one body: used payments, or awards, and what they are taken for."""

    what: str  # payments or awards
    body: str
    taken: str
    counted: bool  # into the council's spending
    rows: int
    pence: int

    @property
    def told(self) -> str:
        return f"{self.body}: {self.rows:,} {self.unit}, £{self.pence / 100:,.2f}"

    @property
    def unit(self) -> str:
        one = "row" if self.what == "payments" else "award"
        return one if self.rows == 1 else f"{one}s"


@dataclass
class Bodies:
    """Tells whose rows are the council's: with `bodies` of [data] theirs and no others; else all but those of councils that we know."""

    data: PlaceData
    council: Authority
    _known: dict[str, str] = field(default_factory=dict)

    def taken(self, body: str | None) -> str:
        """What rows of a body are taken for."""
        name = plain(body)
        if name not in self._known:
            self._known[name] = self._judged(name)
        return self._known[name]

    def _judged(self, name: str) -> str:
        if self.data.bodies:
            return OWN if (name or UNNAMED).casefold() in {plain(body).casefold() for body in self.data.bodies} else CHOSEN_OUT
        other = find_authority(name) if name else None
        return (STRANGER if name else OWN) if other is None else OWN if other.gss == self.council.gss else OTHER

    def counts(self, body: str | None) -> bool:
        """Whether payments of a body are counted into the council's."""
        return self.taken(body) in (OWN, STRANGER)

    def buyer(self, name: str, gss: str) -> str:
        """The ONS code under which an award of a buyer is counted; "" for none."""
        if not self.data.bodies:
            return gss
        own = self.taken(name) == OWN
        return self.council.gss if own else "" if gss == self.council.gss else gss

    def payments(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The payments that are counted into the council's."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for batch in batches:
            bodies = batch.column("body")
            if all(self.counts(body) for body in pc.unique(bodies).to_pylist()):
                yield batch
            else:
                yield batch.filter(pa.array([self.counts(body) for body in bodies.to_pylist()]))

    def of_payments(self, batches: Iterable[pa.RecordBatch]) -> list[FromBody]:
        """What the used payments of each body come to, most rows first."""
        import pyarrow as pa
        import pyarrow.compute as pc

        sums: dict[str, tuple[int, int]] = {}
        for batch in batches:
            used = pa.Table.from_batches([batch]).filter(pc.equal(batch.column("status").cast("string"), "used"))
            by = pa.table({"body": used["body"].cast("string"), "pence": used["pence"]}).group_by("body")
            for row in by.aggregate([("pence", "sum"), ("pence", "count")]).to_pylist():
                rows, pence = sums.get(plain(row["body"]), (0, 0))
                sums[plain(row["body"])] = rows + row["pence_count"], pence + (row["pence_sum"] or 0)
        made = [
            FromBody("payments", name or UNNAMED, self.taken(name), self.counts(name), rows, pence) for name, (rows, pence) in sums.items()
        ]
        return sorted(made, key=lambda one: (-one.rows, one.body))

    def of_awards(self, awards: Iterable[Award]) -> list[FromBody]:
        """What the awards of each buyer come to, most first."""
        sums: dict[str, tuple[int, int]] = {}
        codes: dict[str, str] = {}
        for award in awards:
            rows, pence = sums.get(award.buyer, (0, 0))
            sums[award.buyer], codes[award.buyer] = (rows + 1, pence + (award.pence or 0)), award.gss
        made = []
        for name, (rows, pence) in sums.items():
            own = codes[name] == self.council.gss
            taken = OWN if own else OTHER if codes[name] else CHOSEN_OUT if self.data.bodies else STRANGER
            made.append(FromBody("awards", name or UNNAMED, taken, own, rows, pence))
        return sorted(made, key=lambda one: (-one.rows, one.body))

    def check(self, found: Iterable[str], where: str) -> None:
        """Raises ScenarioError for a body that was chosen and that no file names."""
        known = {plain(name).casefold(): plain(name) for name in (*found, UNNAMED)}
        key = "data.bodies" if where.endswith(".toml") else "--bodies"
        if problems := [
            Problem(where, key, "is named by no file", repr(body), listed(sorted(known.values()), 12), near)
            for body in self.data.bodies
            if plain(body).casefold() not in known
            for near in [nearest(plain(body), known.values())]
        ]:
            raise ScenarioError(problems)


def plain(body: str | None) -> str:
    """A body's name on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in body or "").split())


NOTES = (
    ("payments", STRANGER, "rows counted as the council's, of bodies that are no council we know; bodies in [data], or --bodies, chooses"),
    ("payments", OTHER, "rows used of their files but left out here, as of other councils"),
    ("payments", CHOSEN_OUT, "rows used of their files but left out here, as of bodies that were not chosen"),
    ("awards", STRANGER, "awards of buyers that are no council we know, in no council's spending but in the market of suppliers"),
    ("awards", CHOSEN_OUT, "awards of buyers that were not chosen, in no council's spending but in the market of suppliers"),
)


def notes_of(bodies: list[FromBody]) -> list[str]:
    """What a user should know of whose rows were counted, a sentence each."""
    found = []
    for what, taken, text in NOTES:
        mine = [one.told for one in bodies if one.what == what and one.taken == taken]
        more = [f"and {len(mine) - MOST_TOLD:,} more"] if mine[MOST_TOLD:] else []
        found += [f"{text}: {'; '.join([*mine[:MOST_TOLD], *more])}"] if mine else []
    return found


def counts_of(bodies: list[FromBody], what: str) -> dict[str, int]:
    """Rows of payments or awards by body, for the place file: the bodies with most, the rest together."""
    mine = [one for one in bodies if one.what == what]
    found = {one.body: one.rows for one in mine[:MOST_TOLD]}
    rest = sum(one.rows for one in mine[MOST_TOLD:])
    return found | ({f"{len(mine) - MOST_TOLD:,} others": rest} if rest else {})
