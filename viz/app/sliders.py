"""A slider: where it ends, in what steps it goes, and how a number on it is written. It can always stand at the number it has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ..numbers import MINUS

PLACES = 50  # that a slider has at least
FINEST = 6  # decimals; a number that is finer than this stands between the steps
SHARES = ("share", "chance", "part")  # units that begin so are written as per cent
SCALES = ("0-1",)  # points of a scale of our own have no unit that would tell anybody anything


@dataclass(frozen=True)
class Written:
    """How a number is written: as per cent or not, with so many decimals, what stands before and after it (after 1: `one`)."""

    percent: bool = False
    decimals: int = 0
    before: str = ""
    after: str = ""
    one: str = ""

    def __call__(self, value: float) -> str:
        """The number in words. panel.vue does the same while a slider is dragged."""
        number = round(100.0 * value, 9) if self.percent else value
        text = f"{abs(number):,.{self.decimals}f}"
        return (MINUS if number < 0 else "") + self.before + text + (self.one if value == 1 and not self.percent else self.after)


@lru_cache(maxsize=4096)  # some three hundred sliders are made anew whenever one is moved
def written(unit: str, step: float, value: float) -> Written:
    """How numbers of a unit are written that go in such steps."""
    kind, _, rest = unit.partition(" ")
    percent = kind.rstrip(",") in SHARES
    fine = _decimals(step or round(value, FINEST))
    decimals = max(0, fine - 2) if percent else fine
    if percent:
        after = "%" + (f" {rest}" if rest in ("a year", "a month") else "")
        return Written(True, decimals, "", after, after)
    if kind in ("£", "pounds"):
        after = rest.partition(",")[0]
        return Written(False, decimals, "£", after and f" {after}", after and f" {after}")
    if not unit or any(scale in unit for scale in SCALES):
        return Written(False, decimals)
    after = f" {unit}" if len(unit) <= 16 and "," not in unit else f" {kind}"
    one = " " + " ".join([singular(after.split()[0]), *after.split()[1:]])
    return Written(False, decimals, "", after, one)


def singular(word: str) -> str:
    """One of what a word names: month, breach; but "1 times"."""
    if word == "times" or not word.endswith("s"):
        return word
    return word[:-2] if word.endswith("ches") else word[:-1]


@lru_cache(maxsize=4096)
def step_of(low: float, high: float, *values: float) -> float:
    """The largest of 0.5, 0.1, 0.05 … that gives the slider places enough and meets every value; 0 if none does."""
    power = math.floor(math.log10((high - low) / PLACES)) + 1 if high > low else 0
    while power >= -FINEST:
        for step in (5.0 * 10.0**power, 10.0**power):
            step = float(f"{step:.0e}")
            if step <= (high - low) / PLACES * (1.0 + 1e-9) and all(meets(value, low, step) for value in values):
                return step
        power -= 1
    return 0.0


def meets(value: float, low: float, step: float) -> bool:
    """Whether a value lies a whole number of steps above the low end."""
    steps = (value - low) / step
    return abs(steps - round(steps)) < 1e-6


@lru_cache(maxsize=4096)
def sensible(accepts: tuple[float, float], near: tuple[float, ...]) -> tuple[float, float]:
    """The ends of a slider: from the lowest that is accepted to about twice what is plausible, if so much is accepted."""
    far = 2.0 * max(near)
    return accepts[0], min(accepts[1], rounded_up(far)) if far > accepts[0] else accepts[1]


def rounded_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 …, or 0.5, 0.2, 0.1 …"""
    power = math.floor(math.log10(value))
    return next(float(f"{f * 10.0**power:.0e}") for f in (1, 2, 5, 10) if f * 10.0**power >= value * (1.0 - 1e-9))


def _decimals(number: float) -> int:
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
