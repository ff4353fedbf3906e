"""The documented precision and recall, worked out again where the labelled files are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changemaking.places.suppliers import measured
from changemaking.places.suppliers.halves import is_held_out
from changemaking.places.suppliers.labelled import CALDERDALE, registered_in_bolton
from changemaking.places.suppliers.measured import HELD_OUT, RULES, Measured, as_markdown, measurements, shipped, wilson
from changemaking.places.suppliers.prior import chances

REPOSITORY = Path(measured.__file__).resolve().parents[2]
DATA = Path(os.environ.get("CHANGEMAKING_DATA") or REPOSITORY.parent / "shared" / "data")
needs_data = pytest.mark.skipif(not (DATA / CALDERDALE).is_file(), reason="the public data are not here")


@needs_data
def test_the_shipped_table_is_what_the_labelled_files_give() -> None:
    found = measurements(DATA)
    ours = {(m.classification, m.labels, m.half) for m in found}
    assert found == [m for m in shipped() if (m.classification, m.labels, m.half) in ours]
    assert len(ours) == len(found) >= 15


@needs_data
def test_both_halves_are_of_about_the_same_size() -> None:
    names = list(registered_in_bolton(DATA))
    assert 0.45 < sum(map(is_held_out, names)) / len(names) < 0.55


def test_the_prior_is_the_measured_one_and_tells_apart() -> None:
    read, others = chances()
    one = next(m for m in shipped() if m.half == HELD_OUT and "Calderdale" in m.labels and m.classification.endswith("by name"))
    assert read == one.precision and 0 < others < read < 1


def test_spellings_of_one_name_fall_into_one_half() -> None:
    for spellings in (("Bird & Sons Ltd", "BIRD AND SONS LIMITED"), ("The Nest C.I.C.", "nest cic")):
        assert len({is_held_out(name) for name in spellings}) == 1
    # The split is fixed: were it to change, rules would be measured on names they were written on.
    assert [is_held_out(name) for name in ("Bird", "Nest", "Wing", "Egg", "Feather", "Beak")] == [False, True, False, False, True, False]


def test_wilson_against_published_values() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I: 81/263, 15/148, 0/20, 1/29.
    for successes, trials, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 200), st.integers(0, 200))
def test_wilson_holds_the_share(hits: int, misses: int) -> None:
    low, high = wilson(hits, hits + misses)
    assert 0 <= low <= high <= 1
    if hits + misses:
        assert low - 1e-12 <= hits / (hits + misses) <= high + 1e-12


def test_ratios_by_hand_and_none_where_nothing_could_be_wrong() -> None:
    one = Measured("c", "l", HELD_OUT, 6, 2, 3, 9)
    assert (one.precision, one.recall) == (0.75, pytest.approx(2 / 3))
    assert Measured("c", "only yes", HELD_OUT, 6, 0, 3, 0).precision is None
    text = as_markdown([one, Measured("other", "l", RULES, 1, 1, 1, 1)])
    assert "0.75 (0.41–0.93)" in text and "other" not in text


@needs_data
def test_the_command_says_whether_the_table_is_as_shipped() -> None:
    command = [sys.executable, "-W", "error", "-m", "changemaking.places.suppliers.measured"]
    done = subprocess.run([*command, str(DATA)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.rstrip().endswith("as shipped") and "not as shipped" not in done.stdout
    assert as_markdown(shipped()) in done.stdout
    wrong = subprocess.run([*command, str(DATA / "nowhere")], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2 and "no folder suppliers/" in wrong.stderr and "Traceback" not in wrong.stderr
