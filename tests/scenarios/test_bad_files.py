"""Mistakes in files: each names file, key, what it got, what is accepted and the nearest right name; all come at once."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from changemaking.scenarios import ScenarioError, check, load_place, load_scenario, parse_override
from changemaking.scenarios.files import shipped

TINY = shipped("place")["tiny"].read_text(encoding="utf-8")


def said(folder: Path, text: str, name: str = "mine") -> list[str]:
    """What is said about a file with this content, each line without the folder's name."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    lines = [str(problem) for problem in check(path)]
    assert all("\n" not in line and line.startswith(str(folder)) for line in lines)
    return [line.removeprefix(f"{folder}/") for line in lines]


def only(lines: list[str]) -> str:
    assert len(lines) == 1, lines
    return lines[0]


ONE_MISTAKE = {
    "malformed": ("[policy]\nlots = \n", r"mine.toml: is not valid TOML: .*line 3, column"),
    "key given twice": ("[policy]\nlots = 2\nlots = 3\n", r"mine.toml: is not valid TOML: .*line 4"),
    "text for a number": ('[policy]\nlots = "4"\n', r'policy\.lots: .*got "4"; takes a whole number from 1 to 20$'),
    "a right to nothing": ("[policy]\nright_to_bid = true\n", r"policy\.right_to_bid: .*needs buildings for sale.*asset_sales above 0"),
    "number for true": ("[policy]\ninsourcing = 1\n", r"policy\.insourcing: .*got 1; takes true or false"),
    "true for a number": ("[policy]\nlots = true\n", r"policy\.lots: .*got true; takes a whole number"),
    "fraction for a count": ("[policy]\nlots = 2.5\n", r"policy\.lots: .*got 2.5; takes a whole number"),
    "not a number": ("[parameters]\nhold_up = nan\n", r"parameters\.hold_up: .*takes a number from 0 to 5"),
    "infinite": ("[parameters]\nhold_up = inf\n", r"parameters\.hold_up: .*takes a number from 0 to 5"),
    "negative duration": ("[policy]\noperate_months = -5\n", r"policy\.operate_months: .*got -5; takes a whole number from 12 to 360"),
    "no months": ("[horizon]\nmonths = 0\n", r"horizon\.months: .*got 0; takes a whole number from 1 to 600"),
    "bad month": ('[horizon]\nstart = "2012-13"\n', r'horizon\.start: .*got "2012-13"; takes a month written as text, YYYY-MM'),
    "a date for a month": (
        "[horizon]\nstart = 2012-04-01\n",
        r'horizon\.start: .*got "2012-04-01"; takes a month written as text, YYYY-MM',
    ),
    "share over 1": ("[parameters]\nspending = 1.2\n", r"parameters\.spending: .*got 1.2; takes a number from 0 to 1"),
    "unknown parameter": ("[parameters]\nholdup = 1\n", r"parameters\.holdup: unknown key; did you mean 'hold_up'\?"),
    "unknown policy key": ("[policy]\nlot = 2\n", r"policy\.lot: unknown key; .*did you mean 'lots'\?"),
    "unknown table": ("[polcy]\nlots = 2\n", r"polcy: unknown key; takes one of: .*; did you mean 'policy'\?"),
    "unknown switch": ("[switches]\nneed_drift = false\n", r"switches\.need_drift: unknown key; did you mean 'needs_drift'\?"),
    "a value for a table": ("policy = 3\n", r"policy: .*got 3; takes a table, written \[policy\]"),
    "a table for a text": ("[title]\na = 1\n", r"title: .*takes text"),
    "unknown choice": (
        '[policy]\npayment = "fixd price"\n',
        r"policy\.payment: .*takes one of: fixed price, .*; did you mean 'fixed price'",
    ),
    "weights": ("[policy.weights]\nprice = 0.9\n", r"policy\.weights: the award weights must add up to 1, got 1.3"),
    "phase missing": ('[policy]\npackages = [["design", "build"]]\n', r"policy\.packages: give design, build and operate once each"),
    "phase twice": (
        '[policy]\npackages = [["design", "build"], ["build", "operate"]]\n',
        r"policy\.packages: a phase may stand in one package",
    ),
    "wrong phase": ('[policy]\npackages = [["design", "bild"], ["operate"]]\n', r"packages\.0\.1: .*got \"bild\".*did you mean 'build'"),
    "empty package": ('[policy]\npackages = [["design", "build", "operate"], []]\n', r"policy\.packages: a package needs a phase"),
    "unknown clause": (
        '[policy]\nclauses = ["brake_clause"]\n',
        r'policy\.clauses: is not a clause, got "brake_clause"; .*did you mean \'break_clause\'',
    ),
    "clause twice": ('[policy]\nclauses = ["open_book", "open_book"]\n', r"policy\.clauses: a clause may be named once only"),
    "setting of a clause": (
        '[policy]\nclauses = [{ name = "break_clause", settings = { frst = 3 } }]\n',
        r"policy\.clauses\.break_clause\.settings\.frst: unknown key; takes one of: first, then.*; did you mean 'first'\?",
    ),
    "setting out of range": (
        '[policy]\nclauses = [{ name = "local_supply", settings = { share = 1.5 } }]\n',
        r"policy\.clauses\.local_supply\.settings\.share: is not accepted, got 1.5; takes a number from 0 to 1$",
    ),
    "setting in part of a month": (
        '[policy]\nclauses = [{ name = "break_clause", settings = { first = 30.5 } }]\n',
        r"policy\.clauses\.break_clause\.settings\.first: .*got 30.5; takes a whole number from 0 to 360$",
    ),
    "break after the end": (
        '[policy]\noperate_months = 60\nclauses = [{ name = "break_clause", settings = { first = 60 } }]\n',
        r"policy\.clauses\.break_clause\.settings\.first: .*could never act within the term, got first 60 and last 6; .*operate_months, 60",
    ),
    "text for a setting": (
        '[policy]\nclauses = [{ name = "break_clause", settings = { first = "12" } }]\n',
        r'policy\.clauses\.break_clause\.settings\.first: .*got "12"; takes a number',
    ),
    "setting of a clause without any": (
        '[policy]\nclauses = [{ name = "living_wage", settings = { gap = 3 } }]\n',
        r"policy\.clauses\.living_wage\.settings\.gap: unknown key; takes no settings$",
    ),
    "baseline": ('baseline = "tody"\n', r"baseline: no such scenario, got tody; takes .*; did you mean 'today'\?"),
    "place": ('place = "lancashir"\n', r"place: no such place, got lancashir; .*did you mean 'lancashire'\?"),
    "place change astray": (
        '[place_changes]\n"services.leisre.volatility" = 0.3\n',
        r"place_changes\.services\.leisre\.volatility: unknown key: services has no 'leisre'; .*did you mean 'leisure'\?",
    ),
    "place change out of range": (
        '[place_changes]\n"services.leisure.measurability" = 3\n',
        r"place_changes\.services\.leisure\.measurability: .*got 3; takes a number from 0 to 1",
    ),
    "dated key": ('[[timeline]]\nmonth = "2013-01"\nset = { lotts = 3 }\n', r"timeline\.2013-01\.set\.lotts: .*did you mean 'lots'\?"),
    "dated key of the policy": (
        '[[timeline]]\nmonth = "2013-01"\n[timeline.set]\n"policy.lots" = 3\n',
        r"timeline\.2013-01\.set\.policy\.lots: unknown key: .* without 'policy\.'; did you mean 'lots'\?$",
    ),
    "text for a list": ('[policy]\nclauses = "open_book"\n', r"policy\.clauses: .*takes a list .*, for example \[\"open_book\", \"break"),
    "dated value": (
        '[[timeline]]\nmonth = "2013-01"\nset = { lots = 50 }\n',
        r"timeline\.2013-01\.set\.lots: .*got 50; takes .* from 1 to 20",
    ),
    "dated weights": (
        '[[timeline]]\nmonth = "2013-01"\nset = { weights = { price = 0.9 } }\n',
        r"timeline\.2013-01\.set\.weights: .*add up to 1",
    ),
    "dated clause": (
        '[[timeline]]\nmonth = "2013-01"\nset = { clauses = ["x"] }\n',
        r'timeline\.2013-01\.set\.clauses: is not a clause, got "x"',
    ),
    "dated setting": (
        '[[timeline]]\nmonth = "2013-01"\nset = { clauses = [{ name = "local_supply", settings = { share = 2 } }] }\n',
        r"timeline\.2013-01\.set\.clauses\.local_supply\.settings\.share: .*got 2; takes a number from 0 to 1$",
    ),
    "dated setting by its key": (
        '[policy]\nclauses = ["local_supply"]\n[[timeline]]\nmonth = "2013-01"\nset = { "clauses.local_supply.settings.share" = 2 }\n',
        r"timeline\.2013-01\.set\.clauses\.local_supply\.settings\.share: .*got 2.0; takes a number from 0 to 1$",
    ),
    "dated break after the end": (
        '[policy]\nclauses = [{ name = "break_clause", settings = { first = 40 } }]\n'
        '[[timeline]]\nmonth = "2013-01"\nset = { operate_months = 36 }\n',
        r"timeline\.2013-01\.set\.clauses\.break_clause\.settings\.first: .*got first 40 and last 6; takes .*operate_months, 36",
    ),
    "dated too late": (
        '[[timeline]]\nmonth = "2030-01"\nset = { lots = 3 }\n',
        r'timeline\.2030-01\.month: lies outside the horizon, got "2030-01"; takes a month from 2012-04 to 2017-03',
    ),
    "shock on nothing": (
        '[[timeline]]\nmonth = "2013-01"\nshock = "demand"\nsize = 0.2\non = "leisur"\n',
        r"timeline\.2013-01\.on: is not a service, got \"leisur\"; .*did you mean 'leisure'\?",
    ),
    "failure of nobody": (
        '[[timeline]]\nmonth = "2013-01"\nshock = "failure"\non = "elsewhere care large 3"\n',
        r"timeline\.2013-01\.on: is not a provider .*, got \"elsewhere care large 3\"; did you mean 'elsewhere care large [12]'\?",
    ),
    "shock beyond all": (
        '[[timeline]]\nmonth = "2013-01"\nshock = "budget"\nsize = -1.5\n',
        r"timeline\.2013-01: a budget shock must leave",
    ),
    "entry without effect": ('[[timeline]]\nmonth = "2013-01"\n', r"timeline\.2013-01: a timeline entry needs 'set' or 'shock'"),
    "source of nothing": (
        '[sources]\n"policy.lots" = { note = "so" }\n',
        r"sources\.policy\.lots: a source needs one of: evidence, data, assumed",
    ),
    "unknown evidence": (
        '[sources]\n"policy.lots" = { evidence = "adaptation_cst" }\n',
        r"sources\.policy\.lots\.evidence: is not an evidence id, got \"adaptation_cst\"; did you mean 'adaptation_cost'\?",
    ),
    "memory as a fact": (
        '[sources]\n"policy.lots" = { evidence = "lm3_range" }\n',
        r"sources\.policy\.lots\.evidence: is a number from memory",
    ),
}


@pytest.mark.parametrize("kind", ONE_MISTAKE)
def test_one_mistake_gives_one_line(tmp_path: Path, kind: str) -> None:
    text, expected = ONE_MISTAKE[kind]
    line = only(said(tmp_path, 'extends = "tiny"\n' + text))
    assert line.startswith("mine.toml: ") and re.search(expected, line), line


PLACE_MISTAKE = {
    "unknown table": ("[incomes]", "[income]", r"income: unknown key; .*did you mean 'incomes'\?"),
    "negative count": (
        "count = 3",
        "count = -3",
        r"firms\.large/elsewhere/construction\.count: .*got -3; takes a whole number from 0 to 5000",
    ),
    "zero population": ("population = 14000", "population = 0", r"districts\.Westfield\.population: .*got 0; takes a whole number above 0"),
    "share over 1": ("complexity = 0.50", "complexity = 1.50", r"services\.leisure\.complexity: .*got 1.5; takes a number from 0 to 1"),
    "wrong district": (
        'district = "Westfield"',
        'district = "Westfeld"',
        r"Millshire County\.district: .*\"Westfeld\".*did you mean 'Westfield'\?",
    ),
    "wrong service": (
        '{ service = "leisure", share = 0.20',
        '{ service = "lesure", share = 0.20',
        r"lines\.lesure\.service: .*did you mean 'leisure'\?",
    ),
    "lines": ("share = 0.28", "share = 0.48", r"Millbridge Council: the shares of the service lines must add up to 1, got 1.2"),
    "ages": ("share = 0.19", "share = 0.29", r"population: the shares of the age bands must add up to 1, got 1.1"),
    "band upside down": ("high = 39", "high = 9", r"population\.age_bands\.younger: low must not lie above high, got 16 and 9"),
    "uses": (
        "use_by_age = [1.2, 1.4, 1.0, 0.6]",
        "use_by_age = [1]",
        r"services\.leisure\.use_by_age: one number for each of the 4 age bands, got 1",
    ),
    "supply": (
        "supplies_local = 0.18",
        "supplies_local = 0.98",
        r"supply\.large/local: supplies_local \+ supplies_region must not exceed 1",
    ),
    "twice": ('name = "library"', 'name = "leisure"', r"services: two have the name 'leisure'"),
    "group twice": (
        'home = "elsewhere"\nsector = "services"',
        'home = "elsewhere"\nsector = "care"',
        r"firms: two have the name 'large/elsewhere/care'",
    ),
    "two focal": ("population = 14000", "population = 14000\nfocal = true", r"districts: exactly one district must be focal, 2 are"),
    "no council": (
        'kind = "council"\ndistrict = "Millbridge"',
        'kind = "anchor"\ndistrict = "Millbridge"',
        r"needs a commissioner of kind 'council'",
    ),
}


@pytest.mark.parametrize("kind", PLACE_MISTAKE)
def test_mistakes_in_a_place(tmp_path: Path, kind: str) -> None:
    old, new, expected = PLACE_MISTAKE[kind]
    assert old in TINY
    lines = said(tmp_path, TINY.replace(old, new, 1))
    assert any(re.search(expected, line) for line in lines), lines
    if kind not in ("unknown table", "wrong service", "two focal", "twice"):  # these pull other mistakes after them
        only(lines)


def test_an_empty_place_is_told_all_it_lacks(tmp_path: Path) -> None:
    lines = said(tmp_path, "districts = []\n")
    assert {line.split(": ")[1] for line in lines} >= {"name", "districts", "population", "services", "commissioners", "firms", "supply"}
    no_people = re.sub(r"population = 3\d00\b", "population = 0", TINY)
    assert "the focal district has no residents" in only(said(tmp_path, no_people))
    assert "the place has no firm at all" in only(said(tmp_path, re.sub(r"^count = \d+", "count = 0", TINY, flags=re.M)))


def test_all_mistakes_of_a_file_come_at_once(tmp_path: Path) -> None:
    """Every mistake of the table above that can share a file, in one file."""
    text = """extends = "tiny"
baseline = "tody"
[polcy]
[policy]
lots = "4"
operate_months = -5
payment = "fixd price"
lot = 1
clauses = ["brake_clause"]
[policy.weights]
price = 0.9
[parameters]
spending = 1.2
holdup = 1
[horizon]
start = "2012-13"
[switches]
need_drift = false
[place_changes]
"services.leisre.volatility" = 0.3
"services.leisure.measurability" = 3
[[timeline]]
month = "2013-01"
set = { lotts = 3, lots = 50 }
[[timeline]]
month = "2013-02"
shock = "demand"
on = "leisur"
[sources]
"policy.lots" = { evidence = "adaptation_cst" }
"""
    keys = {line.split(": ")[1] for line in said(tmp_path, text)}
    assert keys == {
        "baseline",
        "polcy",
        "policy.lots",
        "policy.operate_months",
        "policy.payment",
        "policy.lot",
        "policy.clauses",
        "policy.weights",
        "parameters.spending",
        "parameters.holdup",
        "horizon.start",
        "switches.need_drift",
        "place_changes.services.leisre.volatility",
        "place_changes.services.leisure.measurability",
        "timeline.2013-01.set.lotts",
        "timeline.2013-01.set.lots",
        "timeline.2013-02.on",
        "sources.policy.lots.evidence",
    }


def test_mistakes_of_a_place_come_at_once(tmp_path: Path) -> None:
    text = TINY
    for old, new in (
        ("complexity = 0.50", "complexity = 1.50"),
        ('district = "Westfield"', 'district = "Westfeld"'),
        ("share = 0.28", "share = 0.48"),
        ("count = 3", "count = -3"),
        ("use_by_age = [1.2, 1.4, 1.0, 0.6]", "use_by_age = [1]"),
        ("wage_spread = 0.5", "wage_sprd = 0.5"),
    ):
        text = text.replace(old, new, 1)
    keys = sorted(line.split(": ")[1] for line in said(tmp_path, text))
    assert keys == sorted(
        [
            "services.leisure.complexity",
            "commissioners.Millshire County.district",
            "commissioners.Millbridge Council",
            "firms.large/elsewhere/construction.count",
            "services.leisure.use_by_age",
            "incomes.wage_sprd",
            "incomes.wage_spread",
        ]
    )


def test_a_mistake_is_shown_where_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "parent.toml").write_text('extends = "tiny"\n[policy]\nlots = 99\n', encoding="utf-8")
    lines = said(tmp_path, 'extends = "parent.toml"\n[policy]\nco_design = 7\n', "child")
    assert sorted(line.split(": ")[0] for line in lines) == ["child.toml", "parent.toml"]
    line = str(check(tmp_path / "child.toml", {"policy.lots": 0, "policy.co_design": 0.5})[0])
    assert line == "override: policy.lots: is not accepted, got 0; takes a whole number from 1 to 20"


def test_circles_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('extends = "two.toml"\n', encoding="utf-8")
    assert only(said(tmp_path, 'extends = "one.toml"\n', "two")).endswith("extends: leads in a circle: two.toml → one.toml → two.toml")
    assert "leads in a circle: self.toml → self.toml" in only(said(tmp_path, 'extends = "self.toml"\n', "self"))


def test_missing_files(tmp_path: Path) -> None:
    line = only([str(problem) for problem in check("phasd")])
    assert line.startswith("phasd: no such scenario; ") and line.endswith("did you mean 'phased'?") and "preston" in line
    assert "no such scenario file" in str(check(tmp_path / "none.toml")[0])
    assert "is a folder, not a file" in str(check(tmp_path)[0])
    assert "(empty name)" in str(check("")[0])
    assert re.search(
        r"mine.toml: extends: no such scenario file, got x/today.toml; .*did you mean 'today'",
        only(said(tmp_path, 'extends = "x/today.toml"')),
    )
    with pytest.raises(ScenarioError, match=r"no such place.*did you mean 'tiny'"):
        load_place("tinny")


def test_files_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('title = "é"'.encode("latin-1"))
    assert "is not UTF-8 text: byte 9" in str(check(path)[0])
    path.write_bytes(b'\xef\xbb\xbfextends = "tiny"\r\n')  # a byte-order mark and Windows line ends are fine
    assert check(path) == []


def test_a_baseline_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('extends = "tiny"\n[policy]\nlotz = 3\n')
    (tmp_path / "mine.toml").write_text('extends = "tiny"\nbaseline = "base.toml"\n')
    [problem] = check(tmp_path / "mine.toml")
    assert "base.toml" in problem.where and problem.key == "policy.lotz"


def test_nothing_given_is_told_what_is_needed(tmp_path: Path) -> None:
    lines = said(tmp_path, 'title = "x"\n')
    assert [line.split(": ")[1] for line in lines] == ["place", "policy", "horizon"]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("hold_up", 1, r"override: hold_up: unknown key; .*did you mean 'parameters.hold_up'\?"),
        ("parameters.hold_op", 1, r"parameters\.hold_op: .*did you mean 'hold_up'\?"),
        ("national.transparency", True, r"override: national\.transparency: unknown key; takes [^?]*$"),
        ("polcy.lotz", 2, r"override: polcy\.lotz: unknown key; .*did you mean 'policy\.lots'\?"),
        ("rule.training", 0.5, r"override: rule\.training: unknown key; .*did you mean 'rules\.training'\?"),
        ("plcae.services.*.volatility", 1, r"override: plcae\..*: unknown key; .*did you mean 'place'\?"),
        ("weights.price", 0.1, r"override: weights\.price: unknown key; .*did you mean 'policy\.weights\.price'\?"),
        ("policy.lots", 50, r"override: policy\.lots: .*got 50; takes a whole number from 1 to 20"),
        ("policy.weights.price", 0.1, r"override: policy\.weights: the award weights must add up to 1, got 0.5"),
        ("place.services.*.volatilty", 1, r"override: place\.services\.\*\.volatilty: .*did you mean 'volatility'\?"),
        (
            "place.services.z*.volatility",
            1,
            r"override: place\.services\.z\*\.volatility: unknown key: services has no 'z\*'; takes one of: leisure",
        ),
        ("place.services.*.volatility", -1, r"override: place\.services\.\*\.volatility: .*got -1; takes a number from 0"),
        ("policy.clauses.open_book.above", 3, r"override: policy\.clauses\.open_book\.above: unknown key"),
        ("policy.lots.deep", 3, r"override: policy\.lots\.deep: unknown key: lots has no key 'deep' below it"),
        ("place", 5, r"override: place: .*got 5; takes text"),
        ("place", "lancashir", r"override: place: no such place, got lancashir"),
        ("timeline", [], r"override: timeline: unknown key"),
    ],
)
def test_mistakes_in_overrides(key: str, value: object, expected: str) -> None:
    lines = [str(problem) for problem in check("tiny", {key: value})]
    assert lines and re.search(expected, lines[0]), lines
    with pytest.raises(ScenarioError):
        load_scenario("tiny", {key: value})


def test_an_override_that_cannot_be_read() -> None:
    for text in ("policy.lots", "=4", ""):
        with pytest.raises(ScenarioError, match=r"KEY=VALUE, for example policy\.lots=4"):
            parse_override(text)


def test_the_error_holds_every_problem_and_travels_between_processes() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("tiny", {"policy.lots": 50, "parameters.spending": 2})
    assert len(caught.value.problems) == 2 and str(caught.value).count("\n") == 1
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems and str(again) == str(caught.value)
    assert {problem.key for problem in again.problems} == {"policy.lots", "parameters.spending"}
