"""Who gets the money: spending by kind of provider, by ring around the place and by sector, unknown shares as intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..suppliers.facts import Facts
from ..suppliers.judging import Judgement
from ..suppliers.kinds import KINDS, kind_of, reads_as_voluntary
from ..suppliers.prior import chance_of_voluntary
from ..suppliers.rings import RINGS, Locality, ring_of
from ..suppliers.sectors import SECTORS, sector_of
from .bounds import share_lines
from .figure import Figure
from .ledger import Ledger


def spend_by_kind(
    ledger: Ledger, suppliers: Mapping[str, Facts], is_public: Callable[[str], bool] | None = None, prior: bool = True
) -> Figure:
    """Spending by kind of provider (large, sme, vcs, public).

    With `prior` the line of the voluntary bodies has an estimate: a supplier not decided counts by how often names that read like its
    own are a voluntary body's on labelled files.
    """
    judged = {key: kind_of(suppliers[key], is_public) for key in ledger.suppliers if key in suppliers}
    amounts, units, possible = _by_supplier(ledger, judged, frozenset(KINDS))
    likely = None
    if prior:
        names = {unit: suppliers[key].name for unit, key in enumerate(ledger.suppliers) if key in suppliers}
        estimate = 0.0
        for unit, kinds in possible.items():
            if "vcs" in kinds:
                chance = 1.0 if len(kinds) == 1 else chance_of_voluntary(reads_as_voluntary(names[unit]) if unit in names else None)
                estimate += float(amounts[unit]) * chance
        likely = {"vcs": estimate}
    return Figure(
        "spend by kind",
        "kind of provider from identifiers and flags; what they do not decide is open, names decide nothing",
        tuple(share_lines(amounts, possible, KINDS, ledger.total, likely)),
        ledger.rows,
        units,
        ledger.total,
        _unknown_note(amounts, possible, frozenset(KINDS), ledger.total),
    )


def spend_by_ring(ledger: Ledger, suppliers: Mapping[str, Facts], locality: Locality) -> Figure:
    """Spending by ring (local, region, elsewhere) under the locality's definition, which the figure carries."""
    judged = {key: ring_of(suppliers[key], locality) for key in ledger.suppliers if key in suppliers}
    rings = ("local", "elsewhere") if locality.definition == "region" else RINGS
    amounts, units, possible = _by_supplier(ledger, judged, frozenset(rings))
    return Figure(
        "spend by ring",
        locality.stated,
        tuple(share_lines(amounts, possible, rings, ledger.total)),
        ledger.rows,
        units,
        ledger.total,
        _unknown_note(amounts, possible, frozenset(rings), ledger.total),
    )


def spend_by_sector(ledger: Ledger, suppliers: Mapping[str, Facts], sectors: Sequence[str] = SECTORS) -> Figure:
    """Spending by sector: each supplier and category of its payments by the category, else by the supplier's register."""
    columns = [_texts(ledger, name) for name in ("category", "category_code")]
    spread = [int(codes.max(initial=0)) + 1 for codes, _ in columns]
    combined = (ledger.supplier.astype(np.int64) * spread[0] + columns[0][0]) * spread[1] + columns[1][0]
    found, units = np.unique(combined, return_inverse=True)
    amounts = np.zeros(len(found), dtype=np.int64)
    np.add.at(amounts, units, ledger.pence)
    possible = {}
    for unit, code in enumerate(found):
        key = ledger.suppliers[int(code // (spread[0] * spread[1]))]
        category = columns[0][1][int(code // spread[1] % spread[0])]
        category_code = columns[1][1][int(code % spread[1])]
        facts = suppliers.get(key)
        possible[unit] = sector_of(category, category_code, facts.sic if facts else "", facts.sector if facts else "", sectors).possible
    return Figure(
        "spend by sector",
        "sector by the payment's category (words, then ProClass code), else by the supplier's SIC code",
        tuple(share_lines(amounts, possible, sectors, ledger.total, counted=None)),
        ledger.rows,
        units.astype(np.int64),
        ledger.total,
        _unknown_note(amounts, possible, frozenset(sectors), ledger.total),
    )


def _by_supplier(
    ledger: Ledger, judged: Mapping[str, Judgement], everything: frozenset[str]
) -> tuple[np.ndarray, np.ndarray, dict[int, frozenset[str]]]:
    """Amounts, the unit of each row and what each unit may be. A supplier is one unit; each row without a name is one of its own."""
    units = ledger.supplier.astype(np.int64)
    alone = np.flatnonzero(ledger.unnamed)
    units[alone] = len(ledger.suppliers) + np.arange(len(alone))
    amounts = np.zeros(len(ledger.suppliers) + len(alone), dtype=np.int64)
    np.add.at(amounts, units, ledger.pence)
    possible = {}
    for unit in np.unique(units):
        key = ledger.suppliers[unit] if unit < len(ledger.suppliers) else ""
        possible[int(unit)] = judged[key].possible if key in judged else everything
    return amounts, units, possible


def _texts(ledger: Ledger, name: str) -> tuple[np.ndarray, list[str]]:
    """A text column as codes and their texts, "" for nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in ledger.rows.column_names:
        return np.zeros(ledger.rows.num_rows, dtype=np.int64), [""]
    column = ledger.rows[name]
    column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    texts = ["" if text is None else text for text in array.dictionary.to_pylist()]
    return pc.fill_null(array.indices, len(texts)).to_numpy(zero_copy_only=False).astype(np.int64), [*texts, ""]


def _unknown_note(amounts: np.ndarray, possible: Mapping[int, frozenset[str]], everything: frozenset[str], total: int) -> tuple[str, ...]:
    unknown = sum(int(amounts[unit]) for unit, groups in possible.items() if groups == everything)
    undecided = sum(int(amounts[unit]) for unit, groups in possible.items() if 1 < len(groups) < len(everything))
    if total <= 0:
        return (f"the payments add up to {total / 100:,.2f} pounds, so no shares are given",)
    return (f"nothing is known of {unknown / total:.1%} of the spending, and part of another {undecided / total:.1%}",)
