"""The controls of the page, made from the schema of a policy and from what clauses declare: no list of its own.

Whatever field, clause or partnership form there is has a control; groups, labels, units and ranges come from where it is declared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from ...scenarios.clauses import clause_names, clause_settings
from ...scenarios.errors import Problem, ScenarioError
from ...scenarios.loading import list_forms, list_scenarios, load_scenario
from ...scenarios.policy import CONTRACT, MONEY, PACKAGE, SAY, VALUE, Policy, Weights
from ...scenarios.provenance import SourceRow, policy_sources
from ...scenarios.schema import Parameters, Scenario
from .clause_words import by_source, clause_help, clause_text, in_words, setting_title
from .sliders import Written, sensible, step_of, written

GROUPS = (PACKAGE, VALUE, CONTRACT, SAY, MONEY)
SHARE_OF_ONE = "weights."  # sliders that share a whole: when one is moved the others make room
SHARED = "The four weights share 100%: when one is moved, the others make room."
MOST = 10.0  # where a number has no upper end
PLAIN = Written()
Kind = Literal["switch", "number", "whole", "choice", "several"]


@dataclass(frozen=True)
class Control:
    """One thing that can be set. `key` is that of `Asked.set`: dotted, below policy; `within` is the clause a number belongs to."""

    key: str
    title: str
    help: str
    group: str
    kind: Kind
    value: Any
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01  # 0 where the value lies on no step: the slider then goes without
    written: Written = PLAIN
    choices: tuple[tuple[Any, str], ...] = ()
    source: str = ""
    within: str = ""


def controls(scenario: Scenario) -> list[Control]:
    """All controls with their values in a scenario, in the order of the groups."""
    sources = {row.key: _source(row) for row in policy_sources(scenario)}
    found = [*_fields(scenario.policy, sources), *_clauses(scenario.policy, sources, scenario.parameters)]
    return sorted(found, key=lambda c: GROUPS.index(c.group) if c.group in GROUPS else len(GROUPS))


def moves(now: Sequence[Control], before: Mapping[str, Control]) -> dict[str, str]:
    """What was moved, with its group: a control by its key, and weights as one, since to move one moves the others."""
    moved = [c for c in now if c.value != before[c.key].value]
    return {SHARE_OF_ONE if c.key.startswith(SHARE_OF_ONE) else c.key: c.group for c in moved}


def _source(row: SourceRow) -> str:
    cited = row.source if row.source.startswith(row.kind) else f"{row.kind}: {row.source}"
    return by_source(f"{cited}. {row.note}" if row.note else cited)


def _fields(policy: Policy, sources: Mapping[str, str]) -> Iterator[Control]:
    for name, field in Policy.model_fields.items():
        if name == "weights":
            for part, weight in Weights.model_fields.items():
                control = _control(f"{SHARE_OF_ONE}{part}", weight, getattr(policy.weights, part), sources)
                yield replace(control, help=f"{control.help}. {SHARED}")
        elif name not in ("applies_to", "clauses"):
            yield _control(name, field, getattr(policy, name), sources)


def _control(key: str, field: FieldInfo, value: Any, sources: Mapping[str, str]) -> Control:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    title = field.title or key.replace("_", " ").capitalize()
    told = {
        "help": re.sub(r" \((?:mechanism \d+|vc)\)", "", field.description or ""),
        "group": str(extra.get("group", "More")),
        "unit": str(extra.get("unit", "")),
    }
    told["source"] = sources.get(f"policy.{key}", "")
    if field.annotation is bool:
        return Control(key, title, kind="switch", value=value, **told)  # type: ignore[arg-type]
    if get_origin(field.annotation) is Literal:
        choices = tuple((choice, str(choice).capitalize()) for choice in get_args(field.annotation))
        return Control(key, title, kind="choice", value=value, choices=choices, **told)  # type: ignore[arg-type]
    if key == "packages":
        return Control(key, title, kind="choice", value=_packed(value), choices=_packagings(value), **told)  # type: ignore[arg-type]
    if key == "forms":
        forms = tuple((name, str(raw["title"])) for name, raw in list_forms().items())
        return Control(key, title, kind="several", value=tuple(value), choices=forms, **told)  # type: ignore[arg-type]
    low, high = _ends(field)
    whole = field.annotation is int
    return number(key, title, value=value, low=low, high=max(high, value), whole=whole, **told)  # type: ignore[arg-type]


def number(key: str, title: str, value: float, low: float, high: float, whole: bool = False, **told: str) -> Control:
    """A slider that can stand at its value, and says it."""
    step = 1.0 if whole else step_of(low, high, value)
    kind: Kind = "whole" if whole else "number"
    shows = written(told.get("unit", ""), step, value)
    return Control(key, title, kind=kind, value=value, low=low, high=high, step=step, written=shows, **told)  # type: ignore[arg-type]


def _ends(field: FieldInfo) -> tuple[float, float]:
    low = next((float(m.ge) for m in field.metadata if isinstance(m, Ge)), 0.0)  # type: ignore[arg-type]
    return low, next((float(m.le) for m in field.metadata if isinstance(m, Le)), MOST)  # type: ignore[arg-type]


# --- packages -----------------------------------------------------------------------------------------------------------


def _packed(packages: Any) -> str:
    return json.dumps([list(package) for package in packages])


def _packagings(current: Any) -> tuple[tuple[str, str], ...]:
    """Every packaging that a shipped scenario or form has, and the current one."""
    found = dict.fromkeys([_packed(current), *_shipped_packagings()])
    return tuple((text, ", then ".join(" + ".join(package) for package in json.loads(text))) for text in found)


@cache
def _shipped_packagings() -> tuple[str, ...]:
    forms = [raw.get("policy", {}).get("packages") for raw in list_forms().values()]
    scenarios = [load_scenario(info.name).policy.packages for info in list_scenarios()]
    return tuple(dict.fromkeys(_packed(p) for p in (*scenarios, *forms) if p))


# --- clauses ------------------------------------------------------------------------------------------------------------


def _clauses(policy: Policy, sources: Mapping[str, str], parameters: Parameters) -> Iterator[Control]:
    used = {use.name: use for use in policy.clauses}
    for name in clause_names():
        text, given = clause_text(name), used[name].settings if name in used else {}
        told = {"help": clause_help(name, given, parameters), "group": CONTRACT, "source": text.source}
        yield Control(f"clauses.{name}", text.title, kind="switch", value=name in used, **told)  # type: ignore[arg-type]
        for setting, row in clause_settings(name).items():
            value = given.get(setting, row.value)
            low, high = sensible(row.accepts, (*(row.plausible or ()), row.value, value))
            told = {
                "help": " ".join(filter(None, (row.help, f"Unit: {row.unit}."))),
                "group": CONTRACT,
                "source": sources.get(f"policy.clauses.{name}.settings.{setting}") or by_source(f"usual value {row.value:g}. {row.note}"),
                "within": name,
            }
            key, title = f"clauses.{name}.{setting}", setting_title(setting, row)
            if row.whole and row.accepts == (0, 1):
                yield Control(key, title, kind="switch", value=bool(value), **told)  # type: ignore[arg-type]
            else:
                yield number(key, title, value, low, high, row.whole, unit=row.unit, **told)


# --- setting one --------------------------------------------------------------------------------------------------------


def changed(scenario: Scenario, said: Mapping[str, Any], key: str, value: Any, start: Policy | None = None) -> dict[str, Any]:
    """What is set, with one control moved. `scenario` is the one that all this is set in, `start` the policy before anything was."""
    out, start = dict(said), start or scenario.policy
    if key.startswith("clauses."):
        out["clauses"] = _with_clause(scenario.policy, key.split(".")[1:], value)
    elif key.startswith(SHARE_OF_ONE):
        out["weights"] = _shared(scenario.policy.weights, key.removeprefix(SHARE_OF_ONE), float(value), start.weights)
        if out["weights"] == start.weights.model_dump():
            del out["weights"]
    elif key == "packages":
        out[key] = json.loads(value)
    elif key == "forms":
        out[key] = list(value)
        out["discretion"] = bool(value) or scenario.policy.discretion
    else:
        out[key] = value
        if key == "right_to_bid" and value and not scenario.policy.asset_sales:
            out["asset_sales"] = 0.5  # there must be something to bid for
        if key == "asset_sales" and not value:
            out["right_to_bid"] = False
        if key == "discretion" and not value:
            out["forms"] = []
    return out


def _with_clause(policy: Policy, path: list[str], value: Any) -> list[dict[str, Any]]:
    uses: dict[str, dict[str, Any]] = {
        use.name: {"name": use.name, "above": use.above, "settings": dict(use.settings)} for use in policy.clauses
    }
    name = path[0]
    if len(path) == 2:
        uses.setdefault(name, {"name": name, "above": 0.0, "settings": {}})["settings"][path[1]] = float(value)
    elif value:
        uses.setdefault(name, {"name": name, "above": 0.0, "settings": {}})
    else:
        uses.pop(name, None)
    return list(uses.values())


def _shared(weights: Weights, part: str, value: float, start: Weights) -> dict[str, float]:
    """The weights with one moved, the others made larger or smaller alike, in whole per cent, so that they add up to 1.

    What was rounded on the way, down to nothing even, is not lost: if the others are but the rest of the weights at the start,
    they share as they did there, and where the one is back at its start all are.
    """
    now, begun = weights.model_dump(), start.model_dump()
    if now in (begun, _split(begun, part, now[part])) or now[part] > 1.0 - 1e-6:
        return begun if abs(value - begun[part]) < 1e-6 else _split(begun, part, value)
    return _split(now, part, value)


def _split(weights: Mapping[str, float], part: str, value: float) -> dict[str, float]:
    """The weights with one at a value and the rest shared among the others as they share it now."""
    value = min(1.0, max(0.0, value))
    others = {name: weight for name, weight in weights.items() if name != part}
    total = sum(others.values())
    shares = {name: (w / total if total > 0 else 1.0 / len(others)) * (1.0 - value) for name, w in others.items()}
    out = {name: round(share, 2) for name, share in shares.items()} | {part: round(value, 4)}
    largest = max(others, key=lambda name: out[name])
    out[largest] = round(out[largest] + 1.0 - sum(out.values()), 4)
    return {name: max(0.0, out[name]) for name in weights}


def shown(control: Control) -> str:
    """A control's value in words."""
    if control.kind == "switch":
        return "on" if control.value else "off"
    if control.kind == "several":
        titles = dict(control.choices)
        return ", ".join(titles.get(value, str(value)) for value in control.value) or "none"
    return dict(control.choices).get(control.value, str(control.value)) if control.kind == "choice" else control.written(control.value)


def differences(before: Mapping[str, Control], now: Iterable[Control]) -> list[str]:
    """What has another value than before, in words; of a clause that was not there, that it is there now."""
    return [
        f"{c.title} {shown(before[c.key])} → {shown(c)}"
        for c in now
        if c.value != before[c.key].value and (not c.within or before[f"clauses.{c.within}"].value)
    ]


def refusals(error: Exception, now: Iterable[Control]) -> list[str]:
    """Why a control was refused, for who moved it: with the names that stand on the page."""
    if not isinstance(error, ScenarioError):
        return [str(error)]
    titles = titles_of(now)
    return list(dict.fromkeys(_refusal(problem, titles) for problem in error.problems))[:8]


def titles_of(now: Iterable[Control]) -> dict[str, str]:
    """What controls are called by themselves, by key: a clause's numbers with the clause."""
    return {c.key: f"{clause_text(c.within).title}: {c.title}" if c.within else c.title for c in now}


def _refusal(problem: Problem, titles: Mapping[str, str]) -> str:
    key = problem.key.removeprefix("policy.").replace(".settings.", ".")
    title = titles.get(key, "")
    text = re.sub(r"policy\.(\w+)", lambda m: f"“{titles.get(m[1], m[1])}”", str(replace(problem, where="", key="")).removeprefix(": "))
    text = in_words(text).replace("; takes with it ", "; it needs ")
    text = text[:1].upper() + text[1:]
    return text if not title or title in text else f"{title}: {text[:1].lower()}{text[1:]}"
