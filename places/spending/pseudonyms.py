"""Names of persons are replaced by "person 1", "person 2" …, one numbering for all files that are read together.

A name is a row of words, whatever stands between them and beside them that is no letter: "Jane-Cooper's", "12COOPER, Jane".
So texts are compared with names word by word, and it does not matter how many names there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby
from typing import TYPE_CHECKING

import numpy as np

from ..suppliers.names import LEGAL_FORMS, TITLES
from ..suppliers.persons import looks_like_person, persons_named
from .repeats import repeated

if TYPE_CHECKING:
    import pyarrow as pa

Words = tuple[str, ...]
Name = tuple[int, int, str]
"""Where a name begins and ends in the words of a text, and what stands for it."""
Persons = dict[int, tuple[str, str]]
"""By row of a block: the name of the person paid, and what stands for it."""
FREE = ("body", "department", "purpose", "category", "reference", "supplier_id")  # texts in which a payee's name can stand again
FEW = 300  # words looked for in one pattern, of so many letters in all
FEW_LETTERS = 3000
GIVEN = 9  # names beside a surname that are told by initials
GROUP = 64  # texts looked through in one
_WORD = re.compile(r"[^\W\d_]+|\d+")
_BESIDE_WORDS = r"[^\pL\p{Nl}\p{No}]+"  # the same letters, as Arrow calls them
_PART = re.compile(r"[\w'’-]+")  # of a name: "Smith-Jones" and "O'Neill" are one
_DIVIDES = re.compile(r"[;|/\n\r\t]|\s\s")  # one name from another, in a list


class Pseudonyms:
    """Gives each person's name its number, the same wherever it comes again. Other names stay."""

    def __init__(self) -> None:
        self.known = Known()
        self._numbers: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        if not looks_like_person(name):
            return name
        number = self._numbers.setdefault(" ".join(name.casefold().split()), len(self._numbers) + 1)
        return f"person {number}"

    def __len__(self) -> int:
        return len(self._numbers)


class Known:
    """The names of persons that were paid, to be replaced wherever they stand whole in other texts."""

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        self._names: set[str] = set()
        self._exact: dict[Words, str] = {}  # what stands for each name as it is spelt
        self._derived: dict[Words, str] = {}  # and for its words in another order
        self._lengths: dict[Words, tuple[int, ...]] = {}  # by their first two words: how many words names have, longest first
        self._pairs: set[Words] = set()  # the first two words that are no numbers
        self._longest: set[str] = set()  # of the words of each
        self._numbered: tuple[dict[str, int], np.ndarray] | None = None
        self.add(names)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, names: Iterable[tuple[str, str]]) -> None:
        for name, instead in names:
            if name in self._names:
                continue
            self._names.add(name)
            self._numbered = None
            spelt = _spelt(name)
            self._exact.setdefault(spelt.whole, instead)
            for words in spelt.ways:
                self._derived.setdefault(words, instead)
                lengths = self._lengths.get(words[:2], ())
                if len(words) not in lengths:
                    self._lengths[words[:2]] = tuple(sorted((*lengths, len(words)), reverse=True))
                letters = _letters(words)
                self._pairs.add(letters[:2])
                self._longest.add(max(letters, key=len))

    def replaced(self, text: str, payee: str = "") -> str:
        """A text without these names, but for those that its row's payee, a firm, is called by, and those with a legal form."""
        own = {_plain(word) for word in _WORD.findall(payee)}

        def end(words: _Text, at: int, before: int) -> tuple[int, str] | None:
            for length in self._lengths.get(words.plain[at : at + 2], ()):
                name = words.plain[at : min(at + length, before)]
                instead = self._exact.get(name) or self._derived.get(name)
                if instead and len(name) == length and not own.issuperset(name) and not words.is_firm(at + length):
                    return at + length, instead
            return None

        return _Text(text).replaced(end)

    def changed(self, texts: pa.Array, payees: pa.Array) -> dict[int, str]:
        """The texts that name one of these persons, by row, without the names."""
        rows = self.possible(texts)
        held = zip(rows.tolist(), texts.take(rows).to_pylist(), payees.take(rows).to_pylist(), strict=True)
        return {row: new for row, text, payee in held if (new := self.replaced(text, payee or "")) != text}

    def possible(self, texts: pa.Array) -> np.ndarray:
        """The rows, int64, whose texts hold the first two words of a name beside each other, of whatever case."""
        if not repeated(texts):
            return self._among(texts)
        coded = texts.dictionary_encode()
        found = np.zeros(len(coded.dictionary), bool)
        found[self._among(coded.dictionary)] = True
        return np.flatnonzero(found[coded.indices.to_numpy()])

    def _among(self, texts: pa.Array) -> np.ndarray:
        if len(self._longest) <= FEW and sum(map(len, self._longest)) <= FEW_LETTERS:
            near = _near(texts, "(?i)" + "|".join(map(_any_case, sorted(self._longest)))) if self._longest else np.empty(0, np.int64)
        else:
            near = np.arange(len(texts))
        return near[self._side_by_side(texts.take(near))]

    def _side_by_side(self, texts: pa.Array) -> np.ndarray:
        """The rows whose texts hold a pair: words as numbers, so that all texts are looked through at once."""
        from pyarrow import compute as pc

        lists = pc.split_pattern_regex(texts, _BESIDE_WORDS)
        words = pc.list_flatten(lists).dictionary_encode()
        if len(words) < 2:
            return np.empty(0, np.int64)
        numbers, pairs = self._numbered = self._numbered or _numbered(self._pairs)
        known = np.array([numbers.get(_plain(word), 0) for word in words.dictionary.to_pylist()], np.int64)[words.indices.to_numpy()]
        rows = pc.list_parent_indices(lists).to_numpy()
        beside = np.flatnonzero((known[:-1] > 0) & (known[1:] > 0) & (rows[:-1] == rows[1:]))
        return np.unique(rows[beside[np.isin(known[beside] * (len(numbers) + 1) + known[beside + 1], pairs)]])


def _numbered(pairs: Iterable[Words]) -> tuple[dict[str, int], np.ndarray]:
    """The words of pairs with a number each from 1, and the pairs as numbers."""
    pairs = list(pairs)
    numbers = {word: number for number, word in enumerate(dict.fromkeys(word for pair in pairs for word in pair), 1)}
    return numbers, np.array([numbers[one] * (len(numbers) + 1) + numbers[two] for one, two in pairs], np.int64)


def own_cleaned(texts: pa.Array, persons: Persons, identifier: bool = False) -> pa.Array:
    """Texts without the name of the person paid in the same row; an identifier that is the name, in any order, is what stands for it."""
    import pyarrow as pa
    from pyarrow import compute as pc

    rows = np.array(sorted(persons), np.int64)
    held = texts.take(pa.array(rows)).to_pylist()
    whose = [persons[row] for row in rows.tolist()]
    new = [without(text, name, instead) for text, (name, instead) in zip(held, whose, strict=True)]
    if identifier:
        new = [instead if _is_name(text, name) else text for text, (name, instead) in zip(new, whose, strict=True)]
    if new == held:
        return texts
    mask = np.zeros(len(texts), bool)
    mask[rows] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(new, texts.type))


def _is_name(text: str, name: str) -> bool:
    """Whether a text holds the words of a name and no others, in any order, but for titles."""
    spelt = _spelt(name)
    return _holds(text, spelt) and any(_sorted(text) == _sorted(one) for one in (name, *spelt.persons))


def _holds(text: str, spelt: _Spelt) -> bool:
    """Whether a text may hold a name: it holds a surname."""
    plain = _plain(text)
    return any(mark in plain for mark in spelt.marks)


def without(text: str, name: str, instead: str) -> str:
    """A free text in which the name of the person it is about is replaced: whole, surname first or last, with initials, with a title."""
    spelt = _spelt(name)
    if not _holds(text, spelt):
        return text

    def end(words: _Text, at: int, before: int) -> tuple[int, str] | None:
        last = max((last for last in (*_whole(words, at, spelt), *_in_short(words, at, spelt)) if last <= before), default=0)
        return (last, instead) if last else None

    return _Text(text).replaced(end)


class _Text:
    """A text as words to compare by, and where they stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = list(_WORD.finditer(text))
        self.plain: Words = tuple(_plain(word[0]) for word in found)
        self._spans = [word.span() for word in found]

    def replaced(self, end: Callable[[_Text, int, int], tuple[int, str] | None]) -> str:
        """The text with what stands for each name that `end` finds, from a word and before another: where it ends, and what to put there.

        Names are looked for in the whole text, and first within what signs divide ("Jane Cooper; John Bird").
        """
        names = self._found(end, [len(self.plain)])
        if names and (divided := self._divided()):
            names = _rather(self._found(end, [*divided, len(self.plain)]), names, len(self.plain))
        parts, kept = [], 0
        for at, last, instead in names:
            first = self._spans[at][0]
            parts += [self.text[kept:first], instead]
            kept = self._spans[last - 1][1]
            kept += self.text.startswith(")", kept) and ")" not in self.text[first:kept] and "(" in self.text[first:kept]
        return "".join([*parts, self.text[kept:]])

    def _divided(self) -> list[int]:
        """The words before which a sign stands that divides what a text lists."""
        if not _DIVIDES.search(self.text):
            return []
        return [at for at in range(1, len(self.plain)) if _DIVIDES.search(self.text, self._spans[at - 1][1], self._spans[at][0])]

    def _found(self, end: Callable[[_Text, int, int], tuple[int, str] | None], ends: Iterable[int]) -> list[Name]:
        """The names from the left, none across one of the ends."""
        names, at = [], 0
        for before in ends:
            while at < before:
                if found := end(self, at, before):
                    names.append((at, *found))
                at = found[0] if found else at + 1
        return names

    def close(self, first: int, end: int) -> bool:
        """Whether no more than three signs stand between words."""
        return all(self._spans[at + 1][0] - self._spans[at][1] <= 3 for at in range(first, end - 1))

    def is_firm(self, end: int) -> bool:
        """Whether a legal form follows right after some words, or "& Co" or "& Son"."""
        return bool(_FORM.match(self.text, self._spans[end - 1][1]))


def _rather(within: list[Name], across: list[Name], length: int) -> list[Name]:
    """The names across signs, but for those that cut one within signs: that one, and whatever else they took.

    So no word stays that either takes: of "Jane Cooper; John Bird" not "Cooper" either, where "Cooper; John" and "John Bird" are names.
    """
    words: list[Name | None] = [None] * length
    for name in across:
        words[name[0] : name[1]] = [name] * (name[1] - name[0])
    over = [(name, other) for name in within for other in words[name[0] : name[1]] if other]
    cut = {other for name, other in over if name[0] < other[0] or other[1] < name[1]}
    for name in within:
        if (other := words[name[0]]) is None or other in cut:
            words[name[0] : name[1]] = [name] * (name[1] - name[0])
    runs, at = [], 0
    for over_them, run in groupby(words):
        first, at = at, at + len(list(run))
        if over_them:
            runs.append((first, at, over_them[2]))
    return runs


@dataclass(frozen=True)
class _Spelt:
    """A name as words: whole, all ways to write it, the surnames with the other names that go with each."""

    whole: Words
    ways: tuple[Words, ...]  # of two words or more that are no numbers
    surnames: tuple[tuple[Words, Words], ...]
    marks: tuple[str, ...]  # without one of which a text does not hold the name
    persons: tuple[str, ...]  # the persons' own names in it


@lru_cache(maxsize=100_000)
def _spelt(name: str) -> _Spelt:
    whole = _words(name)
    persons = persons_named(name) or (name,)
    ways = {whole: None}
    surnames, marks = [], []
    for person in persons:
        parts = [words for part in _PART.findall(person) if (words := _words(part))]
        bare = parts
        while len(bare) > 2 and len(bare[0]) == 1 and (bare[0][0] in TITLES or (bare is not parts and bare[0][0] == "and")):
            bare = bare[1:]  # "Mr and Mrs Bird" too
        titles = parts[: len(parts) - len(bare)]
        for order in (parts, bare, bare[1:] + bare[:1], bare[-1:] + bare[:-1], bare[-1:] + titles + bare[:-1]):
            ways[tuple(chain.from_iterable(order))] = None
        marks.append(max(whole, key=len, default=""))
        if len(bare) > 1:
            first = "," in person.strip(",")  # "Bird, Jane"
            surname, others = (bare[0], bare[1:]) if first else (bare[-1], bare[:-1])
            surnames.append((surname, tuple(word for word in chain.from_iterable(others) if word not in TITLES)[:GIVEN]))
            marks[-1] = max(surname, key=len)
    return _Spelt(whole, tuple(way for way in ways if len(_letters(way)) > 1), tuple(surnames), tuple(marks), persons)


def _whole(words: _Text, at: int, spelt: _Spelt) -> Iterator[int]:
    """Where a name ends that begins at a word."""
    yield from (at + len(way) for way in spelt.ways if words.plain[at] == way[0] and words.plain[at : at + len(way)] == way)


def _in_short(words: _Text, at: int, spelt: _Spelt) -> Iterator[int]:
    """Where a surname ends that begins at a word with a title, or some of the other names, or where those end that follow it."""
    plain = words.plain
    for surname, others in spelt.surnames:
        titled = plain[at] in TITLES
        start = at + titled
        for first in range(start, start + max(4, len(others) + 1)):
            end = first + len(surname)
            if plain[first:end] == surname and words.close(at, end):
                given = plain[start:first]
                by_title = titled and len(given) < 4 and all(len(word) == 1 for word in given)
                if by_title or _stand_for(given, others):
                    yield end
        first = at + len(surname)
        if plain[at:first] == surname:
            for end in range(first + 1, min(first + len(others), len(plain)) + 1):
                if _stand_for(plain[first:end], others) and words.close(at, end):
                    yield end


def _stand_for(given: Words, others: Words) -> bool:
    """Whether words are the first of somebody's given names and any of the others in their order, in full or as initials."""
    letters = "".join(word[0] if word in others else word for word in given)
    rest = iter("".join(word[0] for word in others[1:]))
    return bool(letters and others) and letters[0] == others[0][0] and all(letter in rest for letter in letters[1:])


def _words(text: str) -> Words:
    return tuple(_plain(word) for word in _WORD.findall(text))


def _letters(words: Words) -> Words:
    return tuple(word for word in words if not word.isdecimal())


def _sorted(name: str) -> Words:
    """The words of a name without titles, in the order of the alphabet."""
    return tuple(sorted(word for word in _words(name) if word not in TITLES))


def _plain(text: str) -> str:
    """A text to compare by: in small letters, those alike that differ by place or case only."""
    small = text.lower()
    return small if small.isascii() else small.replace("ß", "ss").replace("ς", "σ").replace("i̇", "i")


def _any_case(word: str) -> str:
    """A pattern for a word to compare by, in all that it may be written as."""
    return re.sub("ss+", "[sß]+", word).replace("i", "[iİ]")


def _legal_forms() -> re.Pattern[str]:
    """Legal forms, also with dots. What is cut off counts only where a text ends, and so does "inc", which ledgers mean as "including"."""
    last = {"lt", "limit", "limite", "inc"}
    forms = sorted({" ".join(words) for words, _ in LEGAL_FORMS} - last, key=len, reverse=True)
    dotted = ["[. ]?".join(form) if len(form) < 4 else form.replace(" ", r"[\s.]+") for form in forms]
    said = rf"[\s.,(]+(?:{'|'.join(dotted)}|(?:{'|'.join(sorted(last))})(?=[\W_]*$))"
    family = r"\s*(?:(?:&|and\b)\s*(?:co|company)|&\s*sons?|and\s+(?-i:Sons?|SONS?))"  # "Jane Cooper and son" may be both of them
    return re.compile(rf"(?:{said}|{family})(?![^\W_])", re.I)


_FORM = _legal_forms()


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
