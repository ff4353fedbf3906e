"""What is taken home from the app: a policy as a scenario file that gives the same when it comes back, and figures."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from changemaking.scenarios.loading import load_scenario
from changemaking.viz.app import exports, session
from changemaking.viz.app.asked import Asked, from_text
from changemaking.viz.app.changes import by_key, changes
from changemaking.viz.app.controls import controls
from changemaking.viz.app.engine import Engine, Trial


def test_a_policy_taken_home_is_the_same_scenario(tmp_path: Path) -> None:
    weights = {"price": 0.4, "quality": 0.4, "social": 0.1, "community": 0.1}
    clauses = [{"name": "local_supply", "above": 0.0, "settings": {"share": 0.4}}]
    sets = {"lots": 3, "weights": weights, "packages": [["design", "build", "operate"]], "clauses": clauses}
    file = Asked("mine", file='extends = "tiny"\n', set={"lots": 5})
    for asked in (Asked("tiny", set=sets), Asked("tiny", set={"lots": 2}, budget=-0.2), file):
        text = exports.scenario_file(asked)
        tomllib.loads(text)
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        assert load_scenario(tmp_path / "mine.toml").sha256 == asked.arms()[1].sha256
        assert from_text(text, "mine.toml").sha256 == asked.arms()[1].sha256


OWN = (
    'title = "Ours"\nextends = "tiny"\n[policy]\nlots = 3\n[switches]\ntrust = false\n'
    '[[timeline]]\nmonth = "2014-01"\nshock = "budget"\nsize = -0.1\n[[timeline]]\nmonth = "2015-01"\nset = { lots = 5 }\n'
)


@pytest.mark.parametrize(
    "asked",
    [
        Asked("tiny", set={"lots": 2}, budget=-0.2),
        Asked("tiny", set={"lots": 2}, budget=-0.2, demand=0.1, since=24),
        Asked("phased", set={"lots": 2}, since=24),
        Asked("preston", since=36),
        Asked("tiny", form="pfi", since=12),
        Asked("ours", file=OWN, set={"lots": 4}, demand=0.1),
        Asked("ours", file=OWN, set={"lots": 8}, since=24),
        Asked("probation"),
    ],
    ids=lambda a: f"{a.scenario} {a.since}",
)
def test_a_policy_taken_home_and_dropped_back_gives_the_same_two_arms(asked: Asked) -> None:
    """Else a cut that both lived with would be put down to the policy."""
    back = Asked("mine.toml", file=exports.scenario_file(asked))
    assert [arm.sha256 for arm in back.arms()] == [arm.sha256 for arm in asked.arms()]


@pytest.mark.parametrize(
    "asked",
    [
        Asked("today", place="trafford", set={"lots": 4}),
        Asked("today", place="preston_notices", set={"lots": 4}, since=24),
        Asked("preston", place="trafford"),
        Asked("bundled", place="trafford", form="pfi", budget=-0.1),
        Asked("mine.toml", file='extends = "today"\n[horizon]\nmonths = 24\n[policy]\nlots = 4\n', set={"operate_months": 60}),
        Asked("mine.toml", file='extends = "tiny"\nplace = "trafford"\n[policy]\nlots = 4\n', since=12),
    ],
    ids=["set", "later", "inherited", "form", "months", "file"],
)
def test_what_is_played_at_another_place_or_time_than_at_home_keeps_its_baseline(asked: Asked) -> None:
    base, mine = asked.arms()
    assert base.place.name == mine.place.name and base.horizon == mine.horizon and base.policy.lots == 1
    assert Asked.of_link(asked.link()) == asked
    text = exports.scenario_file(asked)
    told = text.partition("\n")[0]
    assert f" --baseline {base.name} --set place={base.place.name} --set horizon.start=2012-04 --set horizon.months=" in told
    again = Asked("taken.toml", file=text)
    assert [arm.sha256 for arm in again.arms()] == [base.sha256, mine.sha256], "taken home and dropped in it is the same comparison"


def test_what_a_file_brings_along_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    visitor = session.Session("?scenario=tiny&seeds=2")
    visitor.handed({"name": "ours.toml", "text": OWN, "size": len(OWN)})
    assert visitor.changed == [
        "starting from “Ours” (your file)", "Lots 1 lot → 3 lots", "the mechanism “trust” on → off",
        "from January 2015: Lots 3 lots → 5 lots", "budgets −10% for both from January 2014",
    ]  # fmt: skip
    assert [c.size for c in visitor.baseline.timeline if c.shock] == [-0.1]
    visitor.stop({})


def test_every_export_can_be_opened(done: Trial) -> None:
    asked, found = Asked("tiny", set={"lots": 4}), done.comparison()
    assert found is not None and done.films is not None
    parcels = {kind: exports.made(kind, found, done.films, done.policy, asked) for kind in exports.OFFERS}
    assert {kind: p["name"] for kind, p in parcels.items()} == {
        kind: f"changemaking-tiny-{done.policy.sha256[:6]}.{kind}" for kind in parcels
    }
    made = {kind: p["data"] for kind, p in parcels.items()}
    assert len(pd.read_csv(io.BytesIO(made["csv"]))) == len(found.table())
    assert len(pd.read_parquet(io.BytesIO(made["parquet"]))) == len(found.monthly)
    assert made["png"].startswith(b"\x89PNG") and b"<svg" in made["svg"] and b"<html" in made["html"]
    assert not re.search(rb'(?:src|href)="https?://', made["html"])


def test_what_no_scenario_file_can_say_is_refused_with_the_reason(engine: Engine, done: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    monkeypatch.setattr(exports, "_unsaid", lambda raw, mine: [])  # as for a change that files have no words for
    visitor = session.Session("?scenario=tiny&seeds=2&since=24&set=%7B%22lots%22%3A4%7D")
    visitor.found, visitor.films = done.comparison(), done.films
    visitor.take({"kind": "toml"})
    assert visitor.parcel is not None and "data" not in visitor.parcel
    assert visitor.parcel["problem"] == "No scenario file can say this policy. The link opens it."
    visitor.take({"kind": "no such"})
    assert visitor.parcel["problem"] == "This could not be made. Another form of it may do."
    visitor.take({"kind": "csv"})
    assert "problem" not in visitor.parcel and visitor.parcel["data"]
    visitor.stop({})


def test_what_is_taken_home_of_two_policies_has_two_names() -> None:
    asked = [
        Asked("tiny", set={"lots": 2}), Asked("tiny", set={"lots": 3}), Asked("tiny", set={"lots": 3}, since=24), Asked("tiny", form="pfi"),
        Asked("today", place="trafford"), Asked("../our <b>.toml", file='extends = "tiny"\n'),
    ]  # fmt: skip
    names = [exports.named(a.arms()[1], a) for a in asked]
    assert len(set(names)) == len(names) and all(re.fullmatch(r"changemaking-[\w-]+-[0-9a-f]{6}", name) for name in names)
    assert names[3].startswith("changemaking-tiny-pfi-") and names[4].startswith("changemaking-today-trafford-")
    point = exports.named(asked[0].arms()[1], asked[0], "four against one at local preference 0.25")
    assert point.startswith("changemaking-four_against_one_at_local_preference_0_25-")


def test_what_a_file_changes_of_the_world_is_told_in_words() -> None:
    text = 'title = "Ours"\nextends = "tiny"\n[parameters]\njump_rate = 0.4\n[rules]\nopen_book_above = 5000000.0\n'
    asked = Asked("ours.toml", file=text)
    told = changes(asked, asked.arms()[0], asked.start(), by_key(asked.start()), controls(asked.wanted()))
    assert any(re.fullmatch(r"jump rate \(rate of sudden changes of need\) [\d.]+ → 0\.4", t) for t in told), told
    assert "open book above (contracts worth at least this open their books, pounds) none → 5,000,000" in told
    assert not re.search(r"_|parameters|rules", " ".join(told))
