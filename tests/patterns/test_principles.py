"""A small version of P35, on the five principles: two seeds and eight years."""

from __future__ import annotations

import pytest

from changemaking.experiments.patterns import p35, run_patterns


def test_five_principles_are_not_more_than_their_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(p35, "HORIZON", {"horizon.months": 96})
    (found,) = run_patterns(["P35"], seeds=2, workers=1, progress=False)
    assert found.effect < 0 and found.verdict == "does not emerge", found
    for measure in p35.MEASURES:
        gains = {name: row["mean"] for name, row in found.details[measure].items()}
        interaction, together = gains.pop("interaction"), gains.pop("all")
        assert interaction == pytest.approx(together - sum(gains.values()), rel=1e-9, abs=1e-9)
        assert gains.keys() == p35.PRINCIPLES.keys() and len({*gains.values(), 0.0}) == 6, "each does something of its own"
