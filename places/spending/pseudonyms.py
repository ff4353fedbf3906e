"""Names of persons are replaced by "person 1", "person 2" …, one numbering for all files that are read together."""

from __future__ import annotations

from functools import lru_cache


class Pseudonyms:
    """Gives each person's name its number, the same wherever it comes again. Other names stay."""

    def __init__(self) -> None:
        from ..suppliers.persons import looks_like_person

        self._looks_like_person = lru_cache(maxsize=200_000)(looks_like_person)
        self._numbers: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        if not self._looks_like_person(name):
            return name
        number = self._numbers.setdefault(" ".join(name.casefold().split()), len(self._numbers) + 1)
        return f"person {number}"

    def __len__(self) -> int:
        return len(self._numbers)
