"""Names of persons are replaced by "person 1", "person 2" …, one numbering for all files that are read together."""

from __future__ import annotations

import re
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


def without(text: str, name: str, instead: str) -> str:
    """A free text in which a person's name, with or without its title, surname first or last, is replaced."""
    return _pattern(name).sub(instead, text)


@lru_cache(maxsize=10_000)
def _pattern(name: str) -> re.Pattern[str]:
    from ..suppliers.persons import TITLES

    words = re.findall(r"[\w'’-]+", name)
    bare = list(words)
    while len(bare) > 2 and bare[0].casefold() in TITLES:
        bare.pop(0)
    orders = [words, bare, bare[1:] + bare[:1], bare[-1:] + bare[:-1]]
    spelt = dict.fromkeys(r"[\s.,]+".join(map(re.escape, order)) for order in orders if order)
    return re.compile(rf"(?<!\w)(?:{'|'.join([re.escape(name), *spelt])})(?!\w)", re.I)
