"""Releases out of JSON, one at a time: release and record packages, lists of either, single ones, and JSON lines of any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from .broken import JSON, broken_line, cause
from .errors import NoticesError
from .limits import Limits
from .opening import Bounded
from .releases import LISTS, OBJECTS, TEXTS, kind_of

STREAMED = {"releases": "release package", "records": "record package", "results": "search results"}
FIELD = re.compile(r"[a-z_@$][\w:.-]{0,29}")  # as fields are called; anything else may be a name
STARTS = frozenset(["start_map", "start_array"])
ENDS = frozenset(["end_map", "end_array"])
KNOWN = OBJECTS | LISTS | TEXTS | STREAMED.keys() | {"compiledRelease", "url"}  # the rest, mostly documents, is most of a file
Events = Iterator[tuple[str, Any]]


class Items:
    """Iterates over the releases and records of a JSON file as plain objects; `kind` says afterwards how they were packed."""

    def __init__(self, path: Path, stream: Bounded, limits: Limits) -> None:
        self._path, self._stream, self._limits = path, stream, limits
        self._kinds: list[str] = []
        self._texts = 0

    @property
    def kind(self) -> str:
        if self._texts > 1:
            return "OCDS JSON lines"
        return f"OCDS {self._kinds[0]}" if self._kinds else "OCDS"

    def __iter__(self) -> Iterator[Any]:
        import ijson

        try:
            events: Events = ijson.basic_parse(self._stream, multiple_values=True)
            for event, value in events:
                self._texts += 1
                for item in self._top(event, value, events):
                    self._stream.item_done()
                    yield item
        except ijson.JSONError as error:
            said = error.args[0] if error.args else ""
            problem = cause(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))
            line = broken_line(self._path, self._limits.item_bytes)
            place = f"in line {line}" if line else f"after item {self._stream.items}"
            raise NoticesError(f"{self._path}: no longer JSON {place}: {problem}; accepted: {JSON}") from None
        except (ValueError, ArithmeticError) as error:  # numbers no computer holds; a NoticesError goes through as it is
            if isinstance(error, NoticesError):
                raise
            raise NoticesError(f"{self._path}: a number in item {self._stream.items + 1} is too large to be read") from None
        if not self._texts:
            raise NoticesError(f"{self._path}: holds nothing")

    def _top(self, event: str, value: Any, events: Events) -> Iterator[Any]:
        if event == "start_array":
            self._kinds.append("list")
            yield from self._elements(events)
        elif event == "start_map":
            yield from self._object(events)
        else:
            raise NoticesError(f"{self._path}: item {self._stream.items + 1} is {kind_of(value)} by itself, expected an object or a list")

    def _object(self, events: Events) -> Iterator[Any]:
        """A package, whose items are passed on as they are read, or a single release or record, which is one item."""
        head: dict[str, Any] = {}
        packed = False
        for event, key in events:
            if event == "end_map":
                break
            event, value = next(events)
            if key in STREAMED and event == "start_array" and "ocid" not in head:
                packed = True
                self._kinds.append(STREAMED[key])
                yield from self._elements(events)
            else:
                head[key] = self._build(event, value, events)
        if "ocid" in head:
            self._kinds.append("single record" if "compiledRelease" in head else "single release")
            yield head
        elif not packed:
            fields = [f"'{key}'" for key in head if FIELD.fullmatch(key)][:8]
            found = ", ".join(fields) or (f"{len(head):,} field{'' if len(head) == 1 else 's'} of other names" if head else "nothing")
            raise NoticesError(
                f"{self._path}: no 'releases', no 'records' and no 'ocid'; found {found}. Is it of the Open Contracting Data Standard?"
            )

    def _elements(self, events: Events) -> Iterator[Any]:
        for event, value in events:
            if event == "end_array":
                return
            yield from _unpacked(self._build(event, value, events))

    def _build(self, event: str, value: Any, events: Events) -> Any:
        """The value that begins with this event, without the fields that nobody asks for."""
        if event not in STARTS:
            return value
        root: Any = {} if event == "start_map" else []
        stack, keys = [root], [None]
        while stack:
            event, value = next(events)
            holder = stack[-1]
            if event == "map_key":
                if value in KNOWN:
                    keys[-1] = value
                else:
                    self._skip(events)
                continue
            if event in ENDS:
                stack.pop()
                keys.pop()
                continue
            new: Any = {} if event == "start_map" else [] if event == "start_array" else value
            if isinstance(holder, dict):
                holder[keys[-1]] = new
            else:
                holder.append(new)
            if event in STARTS:
                if len(stack) >= self._limits.depth:
                    self._too_deep()
                stack.append(new)
                keys.append(None)
        return root

    def _skip(self, events: Events) -> None:
        depth = 0
        for event, _ in events:
            depth += (event in STARTS) - (event in ENDS)
            if depth == 0:
                return
            if depth > self._limits.depth:
                self._too_deep()

    def _too_deep(self) -> NoReturn:
        raise NoticesError(f"{self._path}: item {self._stream.items + 1} is nested deeper than {self._limits.depth} levels")


def _unpacked(item: Any) -> Iterator[Any]:
    """An item of a list may be a package itself."""
    if isinstance(item, dict) and "ocid" not in item:
        for key in STREAMED:
            if isinstance(item.get(key), list):
                for inner in item[key]:
                    yield from _unpacked(inner)
                return
    yield item
