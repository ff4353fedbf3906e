"""Discovery: boxes and trees that are there, tried where they were not sought, and how sure that is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from linear_sweep import TWO, swept

from changemaking.experiments.analyses.discovery import HALVES, discover, inside, prim_boxes, tree_boxes, tried
from changemaking.experiments.errors import UsageError
from changemaking.experiments.sweeps.design import design_of
from changemaking.experiments.sweeps.sweep import sweep


def margins(success: np.ndarray) -> np.ndarray:
    """Of points that succeed or do not, under a single seed: float64 [points, 1]."""
    return np.where(success, 1.0, -1.0)[:, None]


def test_prim_finds_a_box_that_is_there() -> None:
    """The exercise of Friedman and Fisher's method in Bryant and Lempert's terms: a known box in uniform noise."""
    rng = np.random.default_rng(7)
    x = pd.DataFrame(rng.random((2000, 4)), columns=list("abcd"))
    there = (x["a"] > 0.6) & (x["b"] < 0.5)
    boxes, trajectory = prim_boxes(x, there.to_numpy())
    best = boxes[0]
    assert set(best.limits) == {"a", "b"} and best.coverage > 0.9 and best.density > 0.9
    assert best.limits["a"][0] == pytest.approx(0.6, abs=0.03) and best.limits["b"][1] == pytest.approx(0.5, abs=0.03)
    assert trajectory["density"].iloc[0] == pytest.approx(there.mean()) and trajectory["coverage"].iloc[0] == 1
    assert trajectory["coverage"].is_monotonic_decreasing
    hand = (x["a"] > best.limits["a"][0] - 1e-9) & (x["b"] < best.limits["b"][1] + 1e-9)
    assert there[hand].mean() == pytest.approx(best.density, abs=0.01)


@pytest.mark.parametrize("method", ["prim", "tree"])
def test_a_rule_is_tried_where_it_was_not_sought(method: str) -> None:
    """A box that is there holds on the other half of the points; of successes thrown by a coin a box is found too, and told for chance."""
    rng = np.random.default_rng(7)
    x = pd.DataFrame(rng.random((300, 4)), columns=list("abcd")).assign(w=rng.choice(["p", "q"], 300))
    real = ((x["a"] > 0.6) & (x["w"] == "p")).to_numpy()
    boxes = prim_boxes(x, real)[0] if method == "prim" else tree_boxes(x, real)
    assert all(inside(box, x).mean() == pytest.approx(box.mass) for box in boxes)
    held = tried(x, margins(real), method)
    assert held.density > 0.85 and held.coverage > 0.85 and held.better == 10 and held.base == pytest.approx(0.2, abs=0.05)
    coins = [tried(x, margins(rng.random(300) < 0.3), method) for _ in range(4)]
    assert np.mean([coin.density - coin.base for coin in coins]) == pytest.approx(0, abs=0.1) and min(c.better for c in coins) < 8


def test_limits_of_whole_numbers_lie_between_them() -> None:
    """What a rule says is what the box holds: of 1, 2, 3, 4 the upper two are those above 2.5, and the middle ones have two ends."""
    rng = np.random.default_rng(2)
    x = pd.DataFrame({"a": rng.random(120), "lots": rng.integers(1, 5, 120)})
    assert prim_boxes(x, (x["lots"] > 2).to_numpy())[0][0].rule == "lots > 2.5"
    assert prim_boxes(x, (x["lots"] == 3).to_numpy())[0][0].rule == "2.5 < lots < 3.5"
    assert [box.rule for box in tree_boxes(x, (x["lots"] > 2).to_numpy())] == ["lots > 2.5"]


def test_a_rule_that_the_luck_of_the_seeds_makes_at_all_points_alike_is_told_for_chance() -> None:
    """Every seed has slopes of its own, the truth has none: the points of one half bear out what the others showed, other seeds do not.
    A slope that is there is borne out by both."""
    rng, passed = np.random.default_rng(4), {"luck": 0, "luck, seeds not parted": 0, "there": 0}
    for _ in range(40):
        x = pd.DataFrame(rng.random((60, 2)), columns=list("ab"))
        luck = (x.to_numpy() - 0.5) @ rng.normal(size=(2, 8))
        there = luck * 0.7 + 2 * x[["a"]].to_numpy() - 1
        for name, values in (("luck", luck), ("luck, seeds not parted", luck.mean(axis=1, keepdims=True)), ("there", there)):
            passed[name] += tried(x, values, "tree").better == HALVES
    assert passed["luck"] <= 10 < 20 <= passed["luck, seeds not parted"] and passed["there"] >= 30, passed


def test_less_is_success_where_less_is_better(tmp_path: Path) -> None:
    arms = {"one": {"scenario": "today"}, "two": {"scenario": "today", "set": {"policy.lots": 2}}}
    made = swept(tmp_path, scenarios=[], arms=arms, design="latin", samples=40)
    for name, side in (("quality", "above"), ("share_local", "above"), ("unmet_need", "below"), ("whole_life_cost", "below")):
        assert discover(made, name, "two", "one").condition.endswith(f" {side} 0")
    assert discover(made, "unmet_need", "two", "one", above=0.0).condition.endswith("above 0")


KINDS = (  # of factors: any number, whole numbers, words, one word for nearly all, yes or no, the same for all
    lambda rng, n: rng.random(n),
    lambda rng, n: rng.integers(1, rng.integers(3, 6), n),
    lambda rng, n: rng.choice(["a", "b", "c"], n),
    lambda rng, n: np.where(rng.random(n) < 0.05, "x", "y"),
    lambda rng, n: rng.random(n) < 0.5,
    lambda rng, n: np.full(n, "z"),
)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.lists(st.sampled_from(range(len(KINDS))), min_size=1, max_size=4))
@pytest.mark.parametrize("method", ["prim", "tree"])
def test_boxes_are_what_they_say_of_factors_of_any_kind(method: str, seed: int, n: int, kinds: list[int]) -> None:
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({f"f{i}": KINDS[kind](rng, n) for i, kind in enumerate(kinds)})
    success = rng.random(n) < 0.3 if seed % 2 else (x["f0"].astype(str) >= sorted(x["f0"].astype(str))[n // 2]).to_numpy()
    assume(success.any() and not success.all())
    for box in prim_boxes(x, success)[0] if method == "prim" else tree_boxes(x, success):
        held = inside(box, x)
        assert held.mean() == pytest.approx(box.mass) and success[held].mean() == pytest.approx(box.density)
        assert success[held].sum() / success.sum() == pytest.approx(box.coverage)
        for name, limit in box.limits.items():
            if name in x and not isinstance(limit, list):  # of a limit in words "<" and ">" are true: no point lies on it
                assert not x[name].isin([end for end in limit if x[name].min() < end < x[name].max()]).any()
    assert tried(x, margins(success), method).found <= HALVES


def test_intervals_of_a_box_hold_what_it_would_be_with_all_points_and_seeds(tmp_path: Path) -> None:
    """Quality above 2 is 3 trust + disputes above 2, but for the noise of the seeds."""
    made = swept(tmp_path, design="latin", samples=200, seeds=30)
    box = discover(made, above=2.0, arm="today").boxes[0]
    rng = np.random.default_rng(3)
    many = pd.DataFrame(rng.random((200_000, 2)), columns=list(TWO))
    truly, there = (3 * many.iloc[:, 0] + many.iloc[:, 1] > 2).to_numpy(), inside(box, many)
    assert box.density_interval[0] <= truly[there].mean() <= box.density_interval[1]
    assert box.coverage_interval[0] <= there[truly].mean() <= box.coverage_interval[1]
    assert box.coverage_interval[0] < box.coverage <= box.coverage_interval[1] < 1.0


def test_a_tree_finds_both_of_two_boxes() -> None:
    rng = np.random.default_rng(7)
    x = pd.DataFrame(rng.random((2000, 3)), columns=list("abc"))
    x["kind"] = rng.choice(["large", "small"], 2000)
    success = ((x["a"] > 0.7) & (x["kind"] == "small")) | (x["a"] < 0.1)
    boxes = tree_boxes(x, success.to_numpy())
    assert sum(box.coverage for box in boxes) > 0.99 and all(box.density > 0.97 for box in boxes)
    assert "a > 0.7" in boxes[0].rule and "kind is" in boxes[0].rule


def test_discovery_of_a_sweep(tmp_path: Path) -> None:
    arms = {"one": {"scenario": "today", "set": {"policy.lots": 1}}, "two": {"scenario": "today", "set": {"policy.lots": 2}}}
    made = swept(tmp_path, scenarios=[], arms=arms, design="latin", samples=80)
    for method in ("prim", "tree"):
        found = discover(made, None, "two", "one", method=method)
        assert "Trust > 0." in found.boxes[0].rule and found.boxes[0].coverage > 0.85
        low = found.boxes[0].limits["parameters.trust_start"][0]
        assert low == pytest.approx(0.5, abs=0.05), "two lots beat one where trust is above a half"
        assert 0 < found.unsure < 0.2
    assert discover(made, None, "two", above=3.0).condition == "Quality of service, two above 3"
    for words, said in (
        ({"arm": "two"}, "say above or below"),
        ({"arm": "two", "above": 1.0, "below": 2.0}, "not both"),
        ({"arm": "two", "against": "one", "method": "forest"}, "takes prim or tree"),
    ):
        with pytest.raises(UsageError, match=said):
            discover(made, **words)


def test_one_seed_looks_no_surer_than_many(tmp_path: Path) -> None:
    vary = {
        "policy.local_preference": {"low": 0.0, "high": 0.6, "steps": 3},
        "policy.turnover_ratio": {"low": 0.5, "high": 3.0, "steps": 4},
    }
    asked = {"title": "one", "seeds": 1, "months": 12, "measures": ["quality"], "scenarios": ["tiny"], "vary": vary}
    made = sweep(design_of(asked, "one"), tmp_path, workers=1, progress=False).sweep
    middle = float(np.median(made.values("quality")))
    found = discover(made, "quality", above=middle)
    assert all(np.isnan([*box.coverage_interval, *box.density_interval]).all() for box in found.boxes) and found.boxes
    command = [sys.executable, "-m", "changemaking", "discover", str(tmp_path), "--above", str(middle)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "There is no interval" in done.stdout and "% to " not in done.stdout, done.stdout + done.stderr


def test_halves_in_which_no_rule_is_found_are_counted() -> None:
    inputs = pd.DataFrame({"x": np.linspace(0, 1, 24)})
    success = np.zeros(24, dtype=bool)
    success[3] = True  # half of the halves have no success to learn from
    trial = tried(inputs, margins(success))
    assert 0 <= trial.found < HALVES


def test_nothing_to_discover_says_where_the_seeds_leave_it_open() -> None:
    """Means that lie above by chance alone: at no point do they fail, and at most nobody can tell."""
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(40, 6))
    values = noise - noise.mean(axis=1, keepdims=True) + 0.05

    class Made:
        name, arms, factors = "made up", ["one"], ["x"]
        design = type("D", (), {"factors": ["x"], "label": staticmethod(str)})()

        def inputs(self) -> pd.DataFrame:
            return pd.DataFrame({"x": np.linspace(0, 1, 40)})

        def arm(self, name: str | None) -> str:
            return "one"

        def values(self, *names: str | None) -> np.ndarray:
            return values

    found = discover(Made(), "quality", above=0.0)  # type: ignore[arg-type]
    assert found.unsure > 0.5 and not found.boxes
    assert (
        found.nothing.startswith("At every point is ") and f"at {found.unsure:.0%} of the points the seeds leave it open" in found.nothing
    )
