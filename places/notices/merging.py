"""Releases of one process put together, by the standard's own rules and without asking the net for them."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Of the release schema of OCDS 1.1; of lists of objects the rest is merged by id. (Trimmed releases hold no other list of these.)
RULES = {
    ("id",): "omitWhenMerged",
    ("date",): "omitWhenMerged",
    ("tag",): "omitWhenMerged",
    ("parties", "roles"): "wholeListMerge",
    ("parties", "additionalIdentifiers"): "wholeListMerge",
    ("awards", "items", "additionalClassifications"): "wholeListMerge",
    ("tender", "items", "additionalClassifications"): "wholeListMerge",
    # Criteria have no ids, by which a corrected notice would add its own to those it replaces.
    ("tender", "awardCriteria", "criteria"): "wholeListMerge",
    ("tender", "lots", "awardCriteria", "criteria"): "wholeListMerge",
}


@dataclass(frozen=True)
class Origin:
    """Where a release stood."""

    file: str
    row: int


class Processes:
    """All releases read, by process, kept as short texts until the last file is in."""

    def __init__(self) -> None:
        self._releases: dict[str, dict[bytes, tuple[str, int, Origin]]] = {}
        self._count = 0

    def add(self, release: dict[str, Any], origin: Origin) -> Origin | None:
        """Keep a release. If the very same was there before, where that stood."""
        mine = self._releases.setdefault(release["ocid"], {})
        content = json.dumps(release, sort_keys=True).encode()
        if content in mine:
            return mine[content][2]
        mine[content] = (str(release.get("date", "")), self._count, origin)
        self._count += 1
        return None

    def __iter__(self) -> Iterator[tuple[dict[str, Any], list[tuple[Origin, dict[str, Any]]]]]:
        """Each process: its merged release, and the releases in the order of their dates, undated ones first."""
        from ocdsmerge import Merger

        merger = Merger(merge_rules=RULES)
        for ocid, kept in self._releases.items():
            releases = [(kept[content][2], json.loads(content)) for content in sorted(kept, key=lambda one: kept[one][:2])]
            if len(releases) == 1:
                yield releases[0][1], releases
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # ids that repeat in parties or lots: the last one counts
                yield (
                    merger.create_compiled_release([{**release, "date": release.get("date", "")} for _, release in releases])
                    | {"ocid": ocid},
                    releases,
                )
