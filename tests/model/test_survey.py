"""The officers' answers follow from the contracts they have seen, by the two rules and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import outcome_of, town

from changemaking.model import survey
from changemaking.model.outcome import Outcome
from changemaking.model.register import ContractRow

P = town().parameters
GOOD = ContractRow(
    number=1, buyer="B", focal=True, provider="F", kind="sme", service="leisure", phases="operate", form="outsourcing",
    payment="fixed price", clauses="", first=0, months=60, operated=60, value=100.0, price=1.0, skill=0.8, quality=0.8, misfit=0.0, trust=0.5,
    shading=0.0, seen=0.5, shown=0.5, lost_misfit=0.0, lost_shading=0.0, changes=0, disputes=0, unforeseen=0.0, hold_up=0.0, deductions=0.0,
    innovations=0, extended=0, bids=3.0, expected=-9.0, disclosed=0.0, voice=0.25, end="running", why="still running", collaborative=0.5, creative=0.5,
    adaptable=0.5, accountable=0.5, place_based=0.5,
)  # fmt: skip
EDGE = P.survey_tolerance
BAD = {
    "unforeseen": GOOD._replace(unforeseen=100.0 * EDGE + 0.1),
    "inflexible": GOOD._replace(lost_misfit=EDGE + 0.001),
    "weak_management": GOOD._replace(lost_shading=EDGE + 0.001),
    "accountability": GOOD._replace(quality=0.8 * (1.0 - 2.0 * EDGE) - 0.001),
    "engagement": GOOD._replace(lost_misfit=EDGE / 0.75 + 0.001),
    "poor_value": GOOD._replace(expected=P.quality_value * 0.8 - 1.0 + EDGE + 0.001),
}


def world(*rows: ContractRow, seed: int = 1) -> Outcome:
    numbered = tuple(row._replace(number=i + 1) for i, row in enumerate(rows))
    return Outcome("made up", seed, "2012-04", np.zeros((60, 1)), {}, contracts=numbered)


@pytest.mark.parametrize("issue", survey.ISSUES)
def test_an_issue_shows_beyond_the_one_threshold(issue: str) -> None:
    assert survey.complaints(world(GOOD), P)[issue] == 0.0
    assert survey.complaints(world(BAD[issue]), P)[issue] == 1.0
    assert survey.ISSUES[issue](BAD[issue], P) == pytest.approx(EDGE, abs=0.003), "just beyond it"


@pytest.mark.parametrize(("bad", "said"), [(1, 0.0), (2, 0.0), (3, 1.0)])
def test_more_than_half_of_what_was_seen_decides(bad: int, said: float) -> None:
    rows = [BAD["inflexible"]] * bad + [GOOD] * (4 - bad)
    assert survey.complaints(world(*rows), P)["inflexible"] == said


def test_officers_speak_of_what_they_have_seen_only() -> None:
    rows = [BAD["inflexible"]] * 10 + [GOOD] * 20
    seen = survey.seen_by_officers(world(*rows), P, "private")
    assert len(seen) == P.survey_officers and {len(s) for s in seen} == {P.survey_contracts}
    assert len({tuple(r.number for r in s) for s in seen}) == len(seen), "no two have seen the same"
    again = survey.seen_by_officers(world(*rows), P, "private")
    assert seen == again, "the draw is kept"
    assert seen != survey.seen_by_officers(world(*rows, seed=2), P, "private")
    others = survey.seen_by_officers(world(*rows, *[GOOD._replace(buyer="another")] * 9), P, "private")
    assert others[: len(seen)] == seen, "another commissioner's contracts change nothing"


def test_old_and_young_contracts_and_other_sectors_do_not_count() -> None:
    old, young = GOOD._replace(first=-100, months=60), GOOD._replace(operated=int(P.survey_known) - 1)
    assert survey.seen_by_officers(world(old, young, GOOD._replace(kind="vcs")), P, "private") == []
    assert np.isnan(survey.failing(world(GOOD), P)["public"])


def test_what_counts_as_unsuccessful() -> None:
    assert not survey.unsuccessful(GOOD, P)
    assert survey.unsuccessful(GOOD._replace(end="break"), P) and survey.unsuccessful(GOOD._replace(end="failure"), P)
    short = GOOD._replace(quality=0.8 * (1.0 - P.survey_failed) + 0.01)
    assert not survey.unsuccessful(short, P)
    assert survey.unsuccessful(short._replace(unforeseen=2.0), P), "quality and cost add up"


def test_every_question_is_answered_in_the_small_town() -> None:
    outcome = outcome_of(months=60)
    assert all(0.0 <= share <= 1.0 for share in survey.complaints(outcome, P).values())
    assert 0.0 <= survey.failing(outcome, P)["private"] <= 1.0
    assert outcome_of({"parameters.survey_tolerance": 0.1}, 60).totals == outcome.totals, "no rule reads what officers say"
