"""Who suppliers are: names, matches with registers, kind, ring, sector."""

from __future__ import annotations

from .collecting import UNNAMED, supplier_key, suppliers_awarded, suppliers_in, with_awards
from .facts import Facts
from .judging import Judgement
from .kinds import KINDS, kind_of, reads_as_voluntary
from .matching import Matches, SupplierTableError, match, read_suppliers
from .names import clean_name, known_names, legal_form
from .persons import looks_like_person
from .rings import DEFINITIONS, RINGS, Locality, ring_of
from .sectors import SECTORS, sector_of, sector_of_cpv, sector_of_proclass, sector_of_sic, sector_of_words

__all__ = [
    "DEFINITIONS",
    "KINDS",
    "RINGS",
    "SECTORS",
    "UNNAMED",
    "Facts",
    "Judgement",
    "Locality",
    "Matches",
    "SupplierTableError",
    "clean_name",
    "kind_of",
    "known_names",
    "legal_form",
    "looks_like_person",
    "match",
    "read_suppliers",
    "reads_as_voluntary",
    "ring_of",
    "sector_of",
    "sector_of_cpv",
    "sector_of_proclass",
    "sector_of_sic",
    "sector_of_words",
    "supplier_key",
    "suppliers_awarded",
    "suppliers_in",
    "with_awards",
]
