"""What comes next is made while what came before is worked on."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Generator[Item, None, None]:
    """The same items in the same order, each made in another thread while the one before is used. Raises what making one raises.

    Close it when you stop before its end; a source that can be closed is then closed too, after what is being made.
    """
    source = iter(items)

    def one() -> list[Item]:
        return list(islice(source, 1))

    with closing(source) if isinstance(source, Generator) else nullcontext(), ThreadPoolExecutor(1) as thread:
        coming = thread.submit(one)
        while made := coming.result():
            coming = thread.submit(one)
            yield made[0]
