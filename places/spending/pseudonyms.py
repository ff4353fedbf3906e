"""Names of persons are replaced by "person 1", "person 2" …, one numbering for all files that are read together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Persons = dict[int, tuple[str, str]]
"""By row of a block: the name of the person paid, and what stands for it."""
FREE = ("department", "purpose", "category", "reference")  # texts in which a payee's name can stand again
AT_ONCE = 500  # words looked for in one pattern
GROUP = 64  # texts looked through in one
_WORD = r"[\w'’-]+"


class Pseudonyms:
    """Gives each person's name its number, the same wherever it comes again. Other names stay."""

    def __init__(self) -> None:
        from ..suppliers.persons import looks_like_person

        self.known = Known()
        self._looks_like_person = lru_cache(maxsize=200_000)(looks_like_person)
        self._numbers: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        if not self._looks_like_person(name):
            return name
        number = self._numbers.setdefault(" ".join(name.casefold().split()), len(self._numbers) + 1)
        return f"person {number}"

    def __len__(self) -> int:
        return len(self._numbers)


class Known:
    """The names of persons that were paid, to be replaced wherever they stand whole in other texts."""

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        self._names: dict[str, str] = {}  # what stands for each
        self._by_word: dict[str, list[str]] = {}  # the longest word of a name → names
        self._patterns: list[str] | None = []
        self.add(names)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, names: Iterable[tuple[str, str]]) -> None:
        for name, instead in names:
            if name not in self._names and (words := _bare(name)):
                self._names[name], self._patterns = instead, None
                self._by_word.setdefault(max(words, key=len).casefold(), []).append(name)

    def after(self, number: int) -> Known:
        """The names that came after the first so many."""
        return Known(islice(self._names.items(), number, None))

    def possible(self, texts: pa.Array) -> np.ndarray:
        """The rows, int64, whose texts hold a word of a name: looked for in many texts at once, since few hold one."""
        import pyarrow as pa
        from pyarrow import compute as pc

        if self._patterns is None:
            words = [re.escape(word) for word in self._by_word]
            self._patterns = ["|".join(words[at : at + AT_ONCE]) for at in range(0, len(words), AT_ONCE)]
        found = np.zeros(len(texts), bool)
        for pattern in self._patterns:
            rows = _near(texts, f"(?i){pattern}")
            if len(rows):
                within = pc.match_substring_regex(texts.take(pa.array(rows)), rf"(?i)(?:^|[^\pL])(?:{pattern})(?:[^\pL]|$)")
                found[rows[within.to_numpy(zero_copy_only=False)]] = True
        return np.flatnonzero(found)

    def replaced(self, text: str) -> str:
        for word in dict.fromkeys(re.findall(_WORD, text.casefold())):
            for name in sorted(self._by_word.get(word, ()), key=len, reverse=True):
                text = _whole(name).sub(self._names[name], text)
        return text

    def cleaned(self, texts: pa.Array, persons: Persons | None = None) -> pa.Array:
        """Texts without these names, and without that of the person paid in the same row."""
        import pyarrow as pa
        from pyarrow import compute as pc

        persons = persons or {}
        rows = sorted({*persons, *self.possible(texts).tolist()})
        if not rows:
            return texts
        mask = np.zeros(len(texts), bool)
        mask[rows] = True
        held = texts.filter(pa.array(mask)).to_pylist()
        own = [without(text, *persons[row]) if row in persons else text for row, text in zip(rows, held, strict=True)]
        return pc.replace_with_mask(texts, pa.array(mask), pa.array([self.replaced(text) for text in own], texts.type))


def _near(texts: pa.Array, pattern: str) -> np.ndarray:
    """The rows of all groups of texts, in one string each, in which the pattern (of no more than letters) is found."""
    import pyarrow as pa
    from pyarrow import compute as pc

    _, offsets, letters = texts.buffers()
    if letters is None or not len(texts):
        return np.empty(0, np.int64)
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    groups = np.append(ends[:-1:GROUP], ends[-1])
    joined = pa.StringArray.from_buffers(len(groups) - 1, pa.py_buffer(groups), letters)
    found = np.flatnonzero(pc.match_substring_regex(joined, pattern).to_numpy(zero_copy_only=False))
    rows = (found[:, None] * GROUP + np.arange(GROUP)).ravel()
    return rows[rows < len(texts)]


def without(text: str, name: str, instead: str) -> str:
    """A free text in which the name of the person it is about is replaced: whole, surname first or last, with initials, with a title."""
    return _own(name).sub(instead, text)


def _bare(name: str) -> list[str]:
    """The words of a name without its titles, but for a single one before a surname."""
    from ..suppliers.persons import TITLES

    words = re.findall(_WORD, name)
    while len(words) > 2 and words[0].casefold() in TITLES:
        words.pop(0)
    return words


def _orders(name: str) -> list[str]:
    words, bare = re.findall(_WORD, name), _bare(name)
    orders = [words, bare, bare[1:] + bare[:1], bare[-1:] + bare[:-1]]
    return [re.escape(name), *dict.fromkeys(r"[\s.,]+".join(map(re.escape, order)) for order in orders if order)]


@lru_cache(maxsize=10_000)
def _whole(name: str) -> re.Pattern[str]:
    return _any_of(_orders(name))


@lru_cache(maxsize=10_000)
def _own(name: str) -> re.Pattern[str]:
    from ..suppliers.persons import TITLES

    bare = _bare(name)
    titles = "|".join(sorted(TITLES))
    spelt = _orders(name)
    if len(bare) > 1:
        first = "," in name.strip(",")  # "Bird, Jane"
        surname = re.escape(bare[0] if first else bare[-1])
        others = [word for word in (bare[1:] if first else bare[:-1]) if word.casefold() not in TITLES]
        initials = r"\W{0,2}".join(re.escape(word[0]) + ("?" if at else "") for at, word in enumerate(others))
        spelt.append(rf"(?:{titles})\b[\s.]+(?:\w\W{{1,2}}){{0,3}}{surname}")
        if initials:
            spelt += [rf"(?:(?:{titles})\b[\s.]+)?{initials}\W{{1,2}}{surname}", rf"{surname}\W{{1,2}}{initials}"]
    return _any_of(sorted(spelt, key=len, reverse=True))


def _any_of(spelt: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})(?!\w)", re.I)
