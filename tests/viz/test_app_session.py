"""A visitor of the app without a browser and without a run: what is left behind, in the link, kept, and which stores there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from changemaking.experiments.sweeps.design import design_of
from changemaking.experiments.sweeps.sweep import sweep
from changemaking.scenarios.loading import check
from changemaking.scenarios.schema import Scenario
from changemaking.viz.app import kept, session, stores
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.engine import Engine, Trial

OURS = 'title = "Ours"\nextends = "tiny"\n[policy]\nlots = 6\n'


class Waiting(Engine):
    """Does no run before somebody asks how far it is."""

    def start(self, baseline: Scenario, policy: Scenario, seeds: int, first: int = 1) -> Trial:
        return Trial(self, baseline, policy, list(range(first, first + seeds)))


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> session.Session:
    monkeypatch.setattr(session, "_engine", Waiting(1))
    found = session.Session("?scenario=today&seeds=4&month=30")
    found.move({"key": "lots", "value": 4})
    found.move({"key": "clauses.open_book", "value": True})
    return found


# --- what is left behind ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [{"place": "tiny"}, {"scenario": "phased"}, {"form": "pfi"}], ids=lambda c: next(iter(c)))
def test_what_a_choice_leaves_behind_is_said_and_can_be_had_back(visitor: session.Session, choice: dict[str, str]) -> None:
    assert visitor.panel()["left"] == ""
    before = visitor.asked
    visitor.choose(choice)
    assert visitor.panel()["left"] == "Your 2 changes were left behind." and not visitor.asked.set
    visitor.back({})
    assert visitor.asked == before and visitor.panel()["left"] == "" and visitor.panel()["changed"]
    assert next(c for c in visitor.now if c.key == "lots").value == 4
    visitor.back({})
    assert visitor.asked == before, "there is nothing more to go back to"


def test_the_way_back_stays_while_one_form_after_another_is_tried(visitor: session.Session) -> None:
    before = visitor.asked
    for form in ("pfi", "joint_venture", ""):
        visitor.choose({"form": form})
        assert visitor.left == "Your 2 changes were left behind." and not visitor.asked.set, form
    visitor.back({})
    assert visitor.asked == before
    visitor.choose({"form": "pfi"})
    visitor.move({"key": "lots", "value": 3})
    assert visitor.left == "" and visitor.before_that is None, "whoever goes on from there has left it"


def test_what_is_left_behind_is_counted_as_it_is(visitor: session.Session) -> None:
    visitor.handed({"name": "ours.toml", "text": OURS, "size": len(OURS)})
    assert visitor.left == "Your 2 changes were left behind."
    visitor.choose({"scenario": "today"})
    assert visitor.left == "Your file was left behind." and not visitor.asked.file
    visitor.back({})
    assert visitor.asked.file == OURS
    visitor.move({"key": "world.budget", "value": -0.1})
    assert visitor.left == ""
    visitor.choose({"scenario": "phased"})
    assert visitor.left == "Your file was left behind." and visitor.asked.budget == -0.1, "money befalls the other one too"
    visitor.choose({"place": "tiny"})
    assert visitor.left == "Your 1 change was left behind." and not visitor.asked.budget


def test_nothing_is_said_where_nothing_is_left_behind(visitor: session.Session) -> None:
    visitor.choose({"reset": True})
    for choice in ({"scenario": "phased"}, {"form": "pfi"}, {"form": "alliance"}, {"since": 24}, {"form": ""}, {"scenario": "no such"}):
        visitor.choose(choice)
        assert visitor.left == "", choice


def test_what_the_history_shows_again_leaves_nothing_behind_unsaid(visitor: session.Session) -> None:
    kept_before, before = visitor.asked, visitor.asked.link()
    visitor.history = [{"link": before.replace("month=30", "month=7")}, {"link": "v=1&scenario=tiny&budget=-0.1&seeds=4"}]
    visitor.again({"index": 1})
    assert visitor.asked.scenario == "tiny" and visitor.left == "", "what was left is in the history itself, at whatever month"
    visitor.again({"index": 0})
    visitor.move({"key": "lots", "value": 5})
    unkept = visitor.asked
    visitor.again({"index": 1})
    assert visitor.left == "Your 2 changes were left behind."
    visitor.back({})
    assert visitor.asked == unkept != kept_before
    visitor.choose({"reset": True})
    visitor.move({"key": "world.budget", "value": -0.2})
    visitor.again({"index": 1})
    assert visitor.left == "Your 1 change was left behind." and visitor.asked.budget == -0.1, "one that took another value is lost too"


def test_a_file_of_another_kind_is_refused_by_its_own_name(visitor: session.Session) -> None:
    before = visitor.asked
    visitor.handed({"name": "../x.png", "text": "\x89PNG", "size": 4})
    assert visitor.problems == ["x.png: is no scenario file; takes TOML, under a name that ends in .toml"] and visitor.asked == before
    visitor.handed({"name": "ours.TOML", "text": OURS, "size": len(OURS)})
    assert not visitor.problems and visitor.asked.file == OURS


def test_what_is_no_text_no_file_or_more_than_one_is_refused_as_on_the_command_line(visitor: session.Session, tmp_path: Path) -> None:
    raw = 'title = "é"'.encode("latin-1")
    (tmp_path / "old.toml").write_bytes(raw)
    [problem] = check(tmp_path / "old.toml")
    before = visitor.asked
    visitor.handed({"name": "old.toml", "bytes": raw.decode("latin-1"), "size": len(raw)})
    assert visitor.problems == [f"old.toml: {problem.text}"] == ["old.toml: is not UTF-8 text: byte 9 cannot be read; save it as UTF-8"]
    visitor.handed({"name": "folder", "text": "", "size": 4096, "unread": True})
    assert visitor.problems == ["folder: cannot be read; takes a file, no folder"]
    visitor.handed({"name": "ours.toml", "text": OURS, "size": len(OURS), "files": 2})
    assert visitor.problems == ["2 files came at once; takes one scenario file at a time"]
    assert visitor.asked == before


def test_one_file_over_another_leaves_the_first_behind(visitor: session.Session) -> None:
    visitor.choose({"reset": True})
    other = OURS.replace("6", "7")
    for text in (OURS, other):
        visitor.handed({"name": "ours.toml", "text": text, "size": len(text)})
    assert visitor.left == "Your file was left behind." and visitor.asked.file == other
    visitor.back({})
    assert visitor.asked.file == OURS


def test_a_weight_that_is_moved_there_and_back_leaves_nothing_set(visitor: session.Session) -> None:
    visitor.choose({"reset": True})
    for value in (1.0, 0.6):
        visitor.move({"key": "weights.price", "value": value})
    assert not visitor.panel()["changed"] and not visitor.changed
    assert visitor.asked.wanted().policy.weights == visitor.start.policy.weights


def test_weights_move_together_and_count_once(visitor: session.Session) -> None:
    visitor.choose({"reset": True})
    visitor.move({"key": "weights.price", "value": 0.9})
    assert sum(c.value != visitor.before[c.key].value for c in visitor.now) > 1
    assert sum(group["changed"] for group in visitor.groups) == 1
    visitor.choose({"form": "pfi"})
    assert visitor.left == "Your 1 change was left behind."


@pytest.mark.parametrize("name", ["phased", "today"])
def test_a_file_called_like_a_shipped_scenario_is_not_taken_for_it(visitor: session.Session, name: str) -> None:
    visitor.handed({"name": name, "text": OURS, "size": len(OURS)})
    panel = visitor.panel()
    assert panel["place"] == visitor.policy.place.name
    values = [row["value"] for row in panel["scenarios"]]
    assert len(set(values)) == len(values) and values[0] == panel["scenario"] == f"{name}.toml"
    assert Asked.of_link(visitor.link()) == visitor.asked
    assert Asked.of_link(visitor.link().replace(f"{name}.toml", name)) == visitor.asked, "nor under an older link"


# --- links --------------------------------------------------------------------------------------------------------------


def test_the_link_keeps_the_month_at_which_the_page_stands(visitor: session.Session) -> None:
    visitor.history = [{"link": "v=1&scenario=today&seeds=4&month=7"}]
    for act, what in (
        (visitor.choose, {"scenario": "phased"}), (visitor.choose, {"reset": True}), (visitor.choose, {"place": "trafford"}),
        (visitor.choose, {"form": "pfi"}), (visitor.handed, {"name": "ours.toml", "text": OURS, "size": len(OURS)}),
        (visitor.again, {"index": 0}), (visitor.back, {}),
    ):  # fmt: skip
        act(what)
        assert "month=30" in visitor.link() and not visitor.problems, what
        assert Asked.of_link(visitor.link()) == visitor.asked


# --- kept ---------------------------------------------------------------------------------------------------------------


def test_that_no_more_can_be_kept_is_said(visitor: session.Session) -> None:
    assert visitor.full() == ""
    visitor.history = [{"link": ""}] * kept.MOST
    assert visitor.full().startswith("30 are kept, and no more find room. Take this table home")
    visitor.keep({"note": "the 31st"})
    assert len(visitor.history) == kept.MOST


# --- stores -------------------------------------------------------------------------------------------------------------


def test_stores_of_one_name_are_told_apart_and_one_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    arms = {"one": {"scenario": "tiny"}, "four": {"scenario": "tiny", "set": {"policy.lots": 4}}}
    asked = {
        "title": "Lots",
        "seeds": 2,
        "months": 2,
        "measures": ["quality"],
        "arms": arms,
        "vary": {"policy.local_preference": {"values": [0.5]}},
    }
    sweep(design_of(asked, "lots"), store := tmp_path / "other" / "store", workers=1, progress=False)
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "sweeps").write_text("no folder")
    stores.allow([store, tmp_path / "store", store])
    one, other = stores.names()
    assert one == "store / lots" and other == "store (2) (cannot be read just now)"
    assert "cannot be read: it is being written just now, or damaged" in stores.shown(other) and str(tmp_path) not in stores.shown(other)
    stores.allow([tmp_path / "store", store])
    assert stores.names()[1] == "store (2) / lots" and "Over all points" in stores.shown("store (2) / lots")


def test_a_store_that_is_damaged_says_so_and_what_mends_it(tmp_path: Path, visitor: session.Session) -> None:
    asked = {
        "title": "Lots",
        "seeds": 2,
        "months": 2,
        "measures": ["quality"],
        "scenarios": ["tiny"],
        "vary": {"policy.lots": {"values": [1, 4]}},
    }
    sweep(design_of(asked, "lots"), store := tmp_path / "store", workers=1, progress=False)
    stores.allow([store])
    assert "Over all points" in stores.shown("store / lots")
    for shard in (store / "runs").rglob("*.parquet"):
        shard.write_bytes(shard.read_bytes()[:100])
    page = stores.shown("store / lots")
    assert "4 runs are still missing: 1 file of the store cannot be read. Running the sweep again makes them" in page
    for shard in (store / "scenarios").rglob("*.parquet"):
        shard.write_bytes(shard.read_bytes()[:100])
    visitor.look({"sweep": "store / lots"})
    visitor.play({"key": "1:tiny"})
    assert visitor.problems == [
        "That point cannot be played: the sweep has no such point, or its store has lost the scenario, which running the sweep again mends."
    ]
    assert not visitor.point and visitor.link()
