"""All chance comes from here: a number is a hash of (seed, purpose, who, when), never the next one of a stream.

There is no state, so the order of calls, the process, an extra supplier or an unused draw change nothing else, and two
policies under one seed meet the same world. Only integer arithmetic and a rounded table are used, so that the numbers
agree to the bit on every platform and Python. The mixing function is SplitMix64's finaliser (Steele, Lea and Flood 2014).
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from statistics import NormalDist

import numpy as np

from .compiled import njit, vectorize

_SLOTS = 65_536
_STEP = np.uint64(0x9E3779B97F4A7C15)


@cache
def key(*names: object) -> int:
    """A stable 64-bit key of names: the same in every process and Python (unlike `hash`)."""
    return int.from_bytes(blake2b("\x1f".join(map(str, names)).encode(), digest_size=8).digest(), "little")


@njit(inline="always")
def mix(z):
    """SplitMix64's finaliser on uint64 (scalars or arrays)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(inline="always")
def bits(stream, when, who):
    """64 random bits for `who` at `when` in a stream (all uint64)."""
    return mix(mix(stream + _STEP * (when + np.uint64(1))) + _STEP * (who + np.uint64(1)))


@njit(inline="always")
def fraction(word):
    """A float in [0, 1) from 53 of the 64 bits."""
    return float(word >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(signature="float64(uint64, uint64, uint64)")
def _draw(stream, when, who):
    return fraction(bits(stream, when, who))


@njit(signature="uint64(uint64, uint64, uint64)")
def _word(stream, when, who):
    return bits(stream, when, who)


@vectorize("uint64(uint64, uint64, uint64)")
def _words(stream, when, who):
    return bits(stream, when, who)


def combine(*keys: int) -> int:
    """A 64-bit key of other keys, in that order."""
    found = 0
    for k in keys:
        found = int(_word(found, 0, k & 0xFFFFFFFFFFFFFFFF))
    return found


@cache
def normal_table() -> np.ndarray:
    """Quantiles of the standard normal at 65,536 slots; rounded, so that no platform's logarithm shows."""
    upper = [round(NormalDist().inv_cdf((i + 0.5) / _SLOTS), 9) for i in range(_SLOTS // 2, _SLOTS)]
    half = np.array(upper)
    return np.concatenate([-half[::-1], half])


class Chance:
    """The chance of one run: draws keyed by purpose, who and when."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, int] = {}
        self._normal = normal_table().data  # gives Python's own numbers

    def stream(self, purpose: str) -> int:
        """The 64-bit stream of a purpose under this seed."""
        if purpose not in self._streams:
            self._streams[purpose] = key.__wrapped__("stream", self.seed, purpose)  # not kept: it is of one seed
        return self._streams[purpose]

    def uniform(self, purpose: str, who: int = 0, when: int = 0) -> float:
        """A float in [0, 1)."""
        return _draw(self.stream(purpose), when, who)

    def normal(self, purpose: str, who: int = 0, when: int = 0) -> float:
        """A standard normal number: the first 16 of 64 bits name one of the 65,536 slots of a table."""
        return self._normal[_word(self.stream(purpose), when, who) >> 48]

    def normals3(self, purpose: str, who: int = 0, when: int = 0) -> tuple[float, float, float]:
        """Three independent standard normal numbers from one draw."""
        word = _word(self.stream(purpose), when, who)
        table = self._normal
        return table[word & 0xFFFF], table[(word >> 16) & 0xFFFF], table[(word >> 32) & 0xFFFF]

    def words(self, purpose: str, who: np.ndarray, when: np.ndarray) -> np.ndarray:
        """64 random bits for each pair of `who` and `when`, broadcast together."""
        return _words(np.uint64(self.stream(purpose)), np.asarray(when, dtype=np.uint64), np.asarray(who, dtype=np.uint64))

    def uniforms(self, purpose: str, who: np.ndarray, when: np.ndarray) -> np.ndarray:
        """Floats in [0, 1), the same numbers as `uniform` gives one by one."""
        return (self.words(purpose, who, when) >> np.uint64(11)).astype(np.float64) / 9007199254740992.0

    def normals(self, purpose: str, who: np.ndarray, when: np.ndarray) -> np.ndarray:
        """Standard normal numbers, the same as `normal` gives one by one."""
        return normal_table()[(self.words(purpose, who, when) >> np.uint64(48)).astype(np.int64)]
