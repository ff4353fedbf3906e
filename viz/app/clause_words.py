"""What a clause is called and does, in the words of its file, with the numbers it has in place of their names."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from ...scenarios.clauses import FOLDER, Setting, clause_names, clause_settings
from ...scenarios.evidence import evidence, ids
from ...scenarios.parameters import Parameters
from .sliders import SHARES, singular

NOUNS = ("months", "years")  # units that are said with the number where the text does not say them
NAMED = r"`([\w.]+)`"


@dataclass(frozen=True)
class ClauseText:
    """A clause's name, what it is in a sentence, where it comes from, and what it does with settings named in `backticks`."""

    title: str
    gist: str
    source: str
    does: str


@cache
def clause_text(name: str) -> ClauseText:
    """What the file of a clause says: `Title: what it is. Source: …`, and the text of its class."""
    path = FOLDER / f"{name}.py"
    plain = plain_name(name)
    if not path.is_file():
        return ClauseText(plain, "From another package.", "", "")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    head = _line(ast.get_docstring(tree))
    does = next((_line(ast.get_docstring(node)) for node in tree.body if isinstance(node, ast.ClassDef) and ast.get_docstring(node)), "")
    told, source, from_ = (part.strip() for part in _parted(head))
    title, colon, gist = told.partition(": ")
    return ClauseText(title if colon else plain, _sentence(gist if colon else told), _cited(from_) if source else "", does)


def clause_help(name: str, settings: Mapping[str, float], parameters: Parameters) -> str:
    """What a clause is and does, with its numbers."""
    text, known = clause_text(name), clause_settings(name)

    def number(match: re.Match[str]) -> str:
        word, following = match[1], match[2] or ""
        if word in known:
            return _said(settings.get(word, known[word].value), known[word].unit, following)
        if word in Parameters.model_fields:
            extra = Parameters.model_fields[word].json_schema_extra
            unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
            return _said(getattr(parameters, word), unit, following)
        return match[0].replace("`", "")

    does = re.sub(rf" \((?:parameter )?{NAMED}\)", lambda m: m[0] if m[1] in known else "", text.does)
    does = re.sub(r" \([a-z_]+/[a-z_]+\.py\)|\*", "", does)
    does = re.sub(rf"{NAMED}(\s\w+)?", number, does)
    return f"{text.gist} {does}".strip()


def setting_title(name: str, row: Setting) -> str:
    """What a setting is called; a clause that does not say is taken by its names."""
    return row.title or plain_name(name)


def in_words(text: str) -> str:
    """A message with clauses by their titles."""
    for name in sorted(clause_names(), key=len, reverse=True):
        text = re.sub(rf"\bthe clause {name}\b", f"“{clause_text(name).title}”", text)
        if "_" in name:
            text = re.sub(rf"\b{name}\b", f"“{clause_text(name).title}”", text)
    return text


def plain_name(name: str) -> str:
    """A name of the code as people would write it."""
    return name.replace("_", " ").capitalize()


def _said(value: float, unit: str, following: str) -> str:
    """A number in a sentence; `following` is the word after it."""
    kind, word = unit.partition(" ")[0].rstrip(","), following.strip()
    if kind in SHARES and word != "times":
        return f"{100.0 * value:.4g}%{following}"
    if kind in ("£", "pounds"):
        return f"£{value:,g}{following}"
    if value == 1 and word.endswith("s") and word not in ("times", "is"):
        following = " " + singular(word)
    if unit in NOUNS and not word.startswith(unit[:-1]):
        following = f" {unit if value != 1 else singular(unit)}{following}"
    return f"{value:,g}{following}"


def _parted(head: str) -> tuple[str, str, str]:
    found = re.search(r"\bSources?: ", head)
    return (head[: found.start()], found[0], head[found.end() :]) if found else (head, "", "")


def _cited(text: str) -> str:
    """A source, with nothing of how it is set."""
    text = by_source(re.sub(r"(, | \()set with `above` in the policy\)", lambda m: ")" if m[1] == ", " else "", text))
    return text[:1].upper() + text[1:]


@lru_cache(4096)  # every control has such a text, and all are drawn anew whenever one is moved
def by_source(text: str) -> str:
    """A text that cites evidence by its ids, with the sources that people know in their place, each once in a row."""

    def told(match: re.Match[str]) -> str:
        return "; ".join(dict.fromkeys(by_source(evidence(id).source) for id in match[1].split(", ")))

    one = "|".join(sorted(map(re.escape, ids()), key=len, reverse=True))
    text = re.sub(rf"\b(?:{one}): ", "", text)  # its source follows already
    return re.sub(rf"(?:\bevidence )?\b((?:{one})(?:, (?:{one}))*)\b", told, text)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
