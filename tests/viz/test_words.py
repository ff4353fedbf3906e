"""Numbers and sentences: what is printed holds what was computed, and no sentence goes beyond its interval."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changemaking.model.measures import MEASURES, NAMES, measure
from changemaking.viz import words

UNITS = sorted({m.unit for m in MEASURES})
finite = st.floats(-1e13, 1e13).filter(lambda v: v == 0 or abs(v) > 1e-9)
FACTORS = {"bn": 1e9, "m": 1e6, "k": 1e3, "%": 0.01, "": 1.0, " points": 0.01}
PRINTED = re.compile(r"([+−]?)£?([\d,]+(?:\.\d+)?)(bn|m|k|%)?(?:/year)?")


def values(text: str) -> list[float]:
    """The numbers of a printed interval, in the unit they were computed in."""
    points = text.endswith(" points")
    found = PRINTED.findall(text)
    return [
        (-1 if sign == "−" else 1) * float(number.replace(",", "")) * (0.01 if points else FACTORS[scale]) for sign, number, scale in found
    ]


def effect(name: str, low: float, high: float) -> SimpleNamespace:
    middle = (low + high) / 2
    return SimpleNamespace(measure=name, low=low, high=high, difference=middle, baseline_mean=1.0, policy_mean=1.0 + middle)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1_234_567, "£", "£1.23m"),
        (-450_000, "£", "−£450k"),
        (999_960, "£", "£1.00m"),
        (2.5e9, "£", "£2.50bn"),
        (0, "£", "£0"),
        (0.0512, "share", "5.12%"),
        (0.61234, "0-1", "0.612"),
        (1204, "count", "1,204"),
        (424_000, "£/year", "£424k/year"),
        (math.nan, "£", "–"),
    ],
)
def test_levels(value: float, unit: str, text: str) -> None:
    assert words.amount(value, unit) == text


def test_differences_are_no_finer_than_their_interval() -> None:
    assert words.change(2_345_678, "£", 1_100_000, 3_600_000) == "+£2.3m"
    assert words.change(-0.0312, "share", -0.0411, -0.0213) == "−3.1 points"
    assert words.interval(-0.0411, -0.0213, "share") == "−4.2 to −2.1 points"
    assert words.interval(1_100_000, 3_600_000, "£") == "+£1.1m to +£3.6m"


@given(finite, finite, st.sampled_from(UNITS))
def test_a_printed_interval_holds_the_computed_one(a: float, b: float, unit: str) -> None:
    low, high = sorted((a, b))
    first, last = values(words.interval(low, high, unit))
    slack = 1e-12 * max(abs(low), abs(high))
    assert first <= low + slack and high - slack <= last
    if low > 0 or high < 0:
        assert first > 0 or last < 0, "an interval that excludes zero must not be printed as one that touches it"
    assert last - first <= 1.5 * (high - low) + 0.2 * min(abs(low), abs(high)) + 0.2 * max(abs(low), abs(high)) * (
        low == high
    ) + 1e-9 * abs(high)


@given(finite, finite, st.sampled_from(NAMES))
def test_no_sentence_goes_beyond_its_interval(a: float, b: float, name: str) -> None:
    low, high = sorted((a, b))
    e = effect(name, low, high)
    text = words.sentence(e, "P", "B")
    told = words.summary([e], "P", "B")
    claims = re.compile(r"\b(higher|lower|better|worse)\b", re.IGNORECASE)
    if low <= 0 <= high:
        assert not claims.search(text.replace(measure(name).label, "")) and words.verdict(low, high, measure(name).better) in (
            "unclear",
            "same",
        )
        assert not any(claims.search(t.replace(words.lower_first(measure(name).label), "")) for _, t in told)
        with pytest.raises(ValueError, match="holds zero"):
            words.clause(e)
    else:
        assert f"{'higher' if low > 0 else 'lower'} under “P” than under “B”" in text
        assert ("lower" if low > 0 else "higher") not in text
        good = (low > 0) == (measure(name).better > 0)
        assert ("better" in text) == (measure(name).better != 0 and good)
        assert ("worse" in text) == (measure(name).better != 0 and not good)
        near, far = sorted(abs(v) for v in values(re.search(r"interval ([^)]*)\)", text)[1]))
        assert near <= min(abs(low), abs(high)) * (1 + 1e-12) and far >= max(abs(low), abs(high)) * (1 - 1e-12)


@given(st.lists(st.tuples(st.sampled_from(NAMES), finite, finite), min_size=1, max_size=30, unique_by=lambda t: t[0]))
def test_the_summary_counts_every_main_measure_once(drawn: list[tuple[str, float, float]]) -> None:
    effects = [effect(name, *sorted((a, b))) for name, a, b in drawn]
    main = [e for e in effects if e.measure in words.MAIN] or effects
    lead, *rest = [text for _, text in words.summary(effects, "P", "B")]
    assert sum(int(n) for n in re.findall(r"\b(\d+)\b", lead.split(":", 1)[1])) == len(main)
    for e in main:
        label = words.lower_first(measure(e.measure).label)
        assert sum(bool(re.search(rf"(: |; ){re.escape(label)}( \(.\d|; |\.$| \([\d£])", text)) for text in rest) == 1


def test_what_was_measured_too_seldom_is_not_known() -> None:
    e = effect("quality", math.nan, math.nan)
    assert words.verdict(e.low, e.high, 1) == "unknown"
    assert "not known" in words.sentence(e, "P", "B")
    assert words.interval(e.low, e.high, "0-1") == "–"


def test_exactly_equal_runs_are_called_the_same() -> None:
    assert "the same" in words.sentence(effect("quality", 0.0, 0.0), "P", "B")


def test_every_measure_has_its_section() -> None:
    assert [n for _, names in words.sections(NAMES) for n in names] == list(NAMES)
    assert words.sections(["quality", "ours_not"])[-1] == ("Other", ["ours_not"])
    assert set(words.MAIN) <= set(NAMES)


@given(st.lists(finite, min_size=2, max_size=6, unique=True), st.sampled_from(UNITS))
def test_axis_labels_have_one_scale(ticks: list[float], unit: str) -> None:
    labels = [t for t in words.ticks(ticks, unit) if re.search("[1-9]", t)]
    assert len({re.sub(r"[\d,.−+]", "", t) for t in labels}) <= 1


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([0, 1 / 3, 2 / 3, 1], ["0", "0.33", "0.67", "1.00"]),
        ([0, 0.5, 1.0], ["0", "0.5", "1.0"]),
        ([0.25, 0.5], ["0.25", "0.50"]),
        ([1, 12], ["1", "12"]),
        ([0.1231, 0.1234], ["0.1231", "0.1234"]),
        ([], []),
    ],
)
def test_values_of_a_factor_are_told_apart_with_the_same_decimals(values: list[float], told: list[str]) -> None:
    assert words.told_apart(values) == told


def test_differences_read_side_by_side_have_the_same_decimals() -> None:
    found = words.changes([1.234e6, -5.6e3, 0.0], "£", [1.1e6, -9e3, -1e5], [1.4e6, -2e3, 1e5])
    assert found == ["+£1.2340m", "−£0.0056m", "£0"]
    assert words.changes([0.031, -0.2], "share", [0.02, -0.3], [0.04, -0.1]) == ["+3.1 points", "−20.0 points"]
