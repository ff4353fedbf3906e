"""changemaking run: one run of one scenario."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from .common import Json, Months, Out, Seed, Set, guarded, overrides, print_json, print_table, say, words


@guarded
def command(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario, case or partnership form, or the path of a file.")],
    seed: Seed = 1,
    set_: Set = None,
    months: Months = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Run a scenario once and print what came of it."""
    from ..experiments import run, store
    from ..model.measures import MEASURES
    from ..viz.words import MAIN, amount, count

    earlier = store.check_target(out) if out is not None else False
    made = run(scenario, seed, overrides(set_, months))
    files = sorted(str(p) for p in made.save(out, words()).iterdir()) if out else []
    money = made.local_money()
    rounds = [money.lm3.round1, money.lm3.round2, money.lm3.round3]
    counts = Counter(event.kind for event in made.outcome.events)
    if json:
        local = {"local_money": {"months": money.months, "rounds": [r / 100 for r in rounds], "lm3": money.lm3.lm3, "full": money.full}}
        totals = [{"measure": m.name, "label": m.label, "unit": m.unit, "value": made.totals[m.name]} for m in MEASURES]
        print_json({"scenario": made.scenario.name, "seed": seed, "totals": totals, "events": dict(counts), "files": files} | local)
    else:
        rows = [[m.label, amount(made.totals[m.name], m.unit), m.unit] for m in MEASURES if m.name in MAIN]
        horizon = made.scenario.horizon
        title = f"{made.title} ({made.scenario.name}), seed {seed}, {count(horizon.months, 'month')} from {horizon.start}"
        print_table([("Whole run", "left"), ("Value", "right"), ("Unit", "left")], rows, title)
        pounds = [[f"Round {i + 1}", amount(r / 100, "£")] for i, r in enumerate(rounds)]
        ratios = [["LM3", amount(money.lm3.lm3, "ratio")], ["All rounds", amount(money.full, "ratio")]]
        heading = f"What the commissioners pay goes round in the district (last {money.months} months)"
        print_table([("Local money", "left"), ("Value", "right")], pounds + ratios, heading)
        print_table([("Events", "left"), ("Number", "right")], [[kind, str(n)] for kind, n in counts.most_common()])
    if out:
        say(f"{'Replaced the earlier results in' if earlier else 'Written to'} {out}")
