"""Options that take every value up to the next option, as in `--spend a.csv b.csv --awards n.json`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class ManyValues(TyperCommand):
    """A command in which an option of several values need be named only once: what a shell makes of `--spend *.csv`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        several = {name for p in self.params if getattr(p, "multiple", False) for name in p.opts}
        found: list[str] = []
        i = 0
        while i < len(args):
            word = args[i]
            i += 1
            if word == "--":
                return super().parse_args(ctx, [*found, word, *args[i:]])
            found.append(word)
            if word not in several:
                continue
            first = True
            while i < len(args) and not args[i].startswith("-"):
                found += [args[i]] if first else [word, args[i]]
                first = False
                i += 1
            if first:
                ctx.fail(f"{word}: names nothing; give one value or more after it")
        return super().parse_args(ctx, found)
