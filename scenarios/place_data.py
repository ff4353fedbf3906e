"""`[data]` of a place file: the published files that the place was built from, and how they were read.

It is no part of the place: a run does not know it, and the hash of a scenario does not change with it. `changemaking place
build FILE` reads it to build the place anew, so what is set here by hand is kept, and the rest of the file written again.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Frozen, Share
from .errors import Flaw, Inconsistent, choice_of, nearest, shown

FileKind = Literal["spend", "awards", "suppliers", "io", "jobs"]
LocalName = Literal["registered", "branch", "region"]
ROLES = (
    *("body", "date", "supplier", "supplier_id", "amount", "credit", "vat", "department", "purpose", "category", "category_code"),
    *("reference", "company_number", "charity_number", "vat_number", "postcode", "vcse"),
)


class DataFile(Frozen):
    """A published file. Its path is relative to the place file."""

    path: Annotated[str, Field(min_length=1)]
    kind: FileKind
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = Field(default="", description="Of the file when the place was built")


class Found(Frozen):
    """What the files came to when the place was built; written, never read."""

    rows_read: Annotated[int, Field(ge=0)] = 0
    rows_used: Annotated[int, Field(ge=0)] = 0
    rows_excluded: Annotated[int, Field(ge=0)] = 0
    rows_rejected: Annotated[int, Field(ge=0)] = 0
    pence_read: int = 0
    pence_used: int = 0
    pence_excluded: int = 0
    pence_rejected: int = 0
    awards: Annotated[int, Field(ge=0)] = 0
    rows_by_body: dict[str, int] = Field(default={}, description="Payments used, by the body that their file names")
    awards_by_body: dict[str, int] = Field(default={}, description="Awards, by buyer")
    first: str = Field(default="", description="First day of a payment or award")
    last: str = Field(default="", description="Last day of a payment or award")


class PlaceData(Frozen):
    """How a place is built from published files."""

    council: str = Field(default="", description="The English council at the centre, by name or ONS code; as the files say if empty")
    bodies: tuple[str, ...] = Field(
        default=(),
        description="Whose payments and awards are the council's, as the files name them; empty: all but those of other councils",
    )
    pounds: str = Field(default="", description="The year whose pounds the place's money is in")
    local: LocalName = Field(default="registered", description="What makes a supplier local: registered address, any branch, same region")
    local_postcodes: tuple[str, ...] = Field(default=(), description="Beginnings of postcodes of the district, such as M33 or WA14 1")
    region_postcodes: tuple[str, ...] = Field(
        default=(), description="Beginnings of postcodes of the region; the longest that fits decides"
    )
    match: Annotated[float, Field(ge=50, le=100)] = Field(default=92, description="Score from which two names are taken for one")
    delta: Annotated[float, Field(ge=0, le=1)] = Field(default=0.3, description="Exponent of Flegg's location quotient")
    months: Annotated[float, Field(ge=0, le=1200)] = Field(default=0, description="Months that the payments cover; 0: as their dates say")
    persons: bool = Field(default=False, description="Keep the names of persons in the written tables")
    files: tuple[DataFile, ...] = ()
    mapping: dict[str, dict[str, str]] = Field(default={}, description="By pattern of file name: what a column is (role) = its heading")
    unknown: dict[str, tuple[Share, Share]] = Field(default={}, description="Shares of the money that are known within bounds only")
    found: Found = Found()

    @model_validator(mode="after")
    def _fits(self) -> PlaceData:
        if flaws := self.flaws():
            raise Inconsistent(flaws)
        return self

    def flaws(self) -> list[Flaw]:
        """What does not fit together."""
        found = []
        for pattern, roles in self.mapping.items():
            for role in roles:
                if role not in ROLES:
                    hint = nearest(role, ROLES)
                    found.append(Flaw(("mapping", pattern, role), "is not what a column can be", shown(role), choice_of(ROLES, hint), hint))
        for name, (low, high) in self.unknown.items():
            if low > high:
                found.append(Flaw(("unknown", name), "low must not lie above high", f"{low:g} and {high:g}"))
        paths = [file.path for file in self.files]
        for path in sorted({path for path in paths if paths.count(path) > 1}):
            found.append(Flaw(("files",), "names a file twice", shown(path), "each once"))
        return found
