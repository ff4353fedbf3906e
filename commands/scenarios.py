"""changemaking scenarios: list, show, schema, check."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import WIDTH, Json, Months, Set, guarded, overrides, print_json, print_table, say

if TYPE_CHECKING:
    from ..scenarios.provenance import SourceRow

app = typer.Typer(help="List, show and check scenarios.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="A shipped scenario, case or partnership form, or the path of a file.")]


@app.command("list")
@guarded
def list_(json: Json = False) -> None:
    """The scenarios that are shipped; those after real partnerships are listed by `cases`."""
    from ..scenarios import list_scenarios

    found = list_scenarios()
    if json:
        from dataclasses import asdict

        print_json([asdict(s) for s in found])
        return
    rows = [[s.name, s.title, s.baseline or "–", s.place or "–"] for s in found]
    print_table([("Name", "left"), ("Title", "left"), ("Baseline", "left"), ("Place", "left")], rows)


@app.command("forms")
@guarded
def forms(json: Json = False) -> None:
    """The partnership forms that a scenario can name (form = "joint_venture"), as for --set form=joint_venture.

    Clauses that a scenario lists itself take the place of the form's; `scenarios check` says which are lost.
    """
    from ..scenarios import list_forms

    found = list_forms()
    if json:
        print_json([{"name": name, **form} for name, form in found.items()])
        return
    print_table([("Name", "left"), ("Title", "left")], [[name, str(form["title"])] for name, form in found.items()])


@app.command("cases")
@guarded
def cases(
    name: Annotated[str | None, typer.Argument(help="One of them, or a partnership it is after, to read in full.")] = None,
    json: Json = False,
) -> None:
    """Scenarios after real partnerships: with a name what was reported, what has become of it, what the scenario leaves out."""
    from ..experiments.errors import UsageError
    from ..scenarios import list_cases, load_scenario
    from ..scenarios.errors import nearest

    found = list_cases()
    if name is not None:
        called = {of: case for case, told in found.items() for of in told.of} | {case: case for case in found}
        here = {text.lower(): case for text, case in called.items()}.get(name.strip().lower())
        if here is None:
            near = nearest(name, called)
            raise UsageError(f"{name}: no such case" + (f"; did you mean {near!r}?" if near else f"; there are {', '.join(found)}"))
        name, found = here, {here: found[here]}
    if json:
        print_json([{"name": name, **case.model_dump(mode="json")} for name, case in found.items()])
        return
    if name is not None:
        case = found[name]
        base = load_scenario(load_scenario(name).baseline or "")
        told = {"Told": case.told, "Since": case.since, "Left out": case.left_out, "Compared with": f"{base.title} ({base.name})."}
        told["Source"] = "; ".join([case.source, *case.evidence])
        parts = ["; ".join(case.of), *(f"{head}. {' '.join(text.split())}" for head, text in told.items())]
        typer.echo("\n\n".join(textwrap.fill(part, WIDTH) for part in parts))
        return
    print_table([("Name", "left"), ("After", "left")], [[name, "; ".join(case.of)] for name, case in found.items()])
    typer.echo("scenarios cases NAME says what has become of one, docs/cases.md of all.")


@app.command("show")
@guarded
def show(name: Name, set_: Set = None, months: Months = None, json: Json = False) -> None:
    """A scenario: its policy, its changes over time, and where its numbers come from."""
    from dataclasses import asdict

    from ..scenarios import load_scenario, parameter_sources

    scenario = load_scenario(name, overrides(set_, months))
    sources = parameter_sources(scenario)
    if json:
        contents = scenario.model_dump(mode="json", exclude={"sources": True, "place": {"sources"}})
        print_json({"sha256": scenario.sha256, **contents, "sources": [asdict(row) for row in sources]})
        return
    typer.echo("\n".join([f"{scenario.title} ({scenario.name})", *textwrap.wrap(scenario.description, WIDTH), ""]))
    facts = [
        ["place", f"{scenario.place.title} ({scenario.place.name})"],
        ["months", f"{scenario.horizon.months} from {scenario.horizon.start}"],
        ["baseline", scenario.baseline or "none"],
        ["form", scenario.form or "none"],
        ["switched off", ", ".join(k for k, v in scenario.switches.model_dump().items() if not v) or "nothing"],
        ["sha256", scenario.sha256],
    ]
    print_table([("", "left"), ("", "left")], facts)
    policy = scenario.policy.model_dump(mode="json")
    print_table([("Policy", "left"), ("Value", "left")], [[key, _said(key, value)] for key, value in policy.items()])
    if scenario.timeline:
        dated = [[c.month, _text(c.set) if c.set else f"{c.shock} {c.size:+g} {c.on}".strip()] for c in scenario.timeline]
        print_table([("Month", "left"), ("Change", "left")], dated)
    rows = [[row.key.removeprefix("parameters."), f"{row.value} {row.unit}".strip(), _source(row)] for row in sources]
    print_table([("Number", "left"), ("Value", "left"), ("Source", "left")], rows)


@app.command("schema")
@guarded
def schema(json: Json = False) -> None:
    """The JSON Schema of scenario files, for editors that check TOML (JSON with or without --json)."""
    from ..scenarios import scenario_schema

    print_json(scenario_schema())


@app.command("check")
@guarded
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Scenario or place files, or shipped names; without any, all shipped but places."),
    ] = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Look for mistakes in scenario, place and form files, and for what cannot act or has no source."""
    from ..scenarios import check as problems_in
    from ..scenarios import remarks
    from ..scenarios.files import shipped

    changes = overrides(set_, None)
    names = names or [name for kind in ("scenario", "case", "form") for name in shipped(kind)]
    found = {name: [str(problem) for problem in problems_in(name, changes)] for name in names}
    noted = {name: [] if problems else remarks(name, changes) for name, problems in found.items()}
    if json:
        print_json([{"name": name, "ok": not problems, "problems": problems, "remarks": noted[name]} for name, problems in found.items()])
    else:
        for name, problems in found.items():
            for problem in problems:
                say(problem)
            if not problems:
                typer.echo(f"{name}: no mistakes found")
            for remark in noted[name]:
                typer.echo(textwrap.fill(f"note: {remark}", WIDTH, subsequent_indent="      "))
    if any(found.values()):
        raise typer.Exit(2)


def _said(key: str, value: Any) -> str:
    """A setting of a policy, clauses and packages as a term sheet has them."""
    from ..scenarios.policy import plain_clauses

    if key == "packages":
        return "; ".join(" + ".join(package) for package in value)
    if key == "clauses":
        return ", ".join(_clause(use) for use in plain_clauses(value)) or "none"  # type: ignore[attr-defined]
    return _text(value)


def _clause(use: dict[str, Any]) -> str:
    """A clause with what is said of it beyond its name."""
    said = [f"above £{_text(float(use['above']))}"] if use.get("above") else []
    said += [f"{name} {_text(value)}" for name, value in use.get("settings", {}).items()]
    return f"{use['name']} ({'; '.join(said)})" if said else use["name"]


def _text(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_inner(inner, key)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_inner(inner) for inner in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _inner(value: object, key: str = "") -> str:
    return f"({_said(key, value)})" if isinstance(value, dict | list | tuple) else _text(value)


def _source(row: SourceRow) -> str:
    if row.low is None or row.high is None or row.kind == "none":
        return row.source
    return f"{row.source}{', plausible' if row.kind != 'assumed' else ''} {row.low:,.10g} to {row.high:,.10g}"
