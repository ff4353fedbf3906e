"""The residents' month: compiled as shipped, uncompiled, as plain Mesa objects, in NumPy and in C; side by side, taking turns.

All live through the same months of the shipped place: its residents (repeated or thinned to the wanted number), its
wages, tables and draws. Before anything is timed the results must agree: money, jobs and benefits to the penny for all; C to the
last bit of everything.
"""

from __future__ import annotations

import ctypes
import inspect
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from common import HERE, clock, in_turns, options, report, resident_memory, spread
from plain import as_records, uncompiled

from changemaking.model import residents
from changemaking.model.chance import mix
from changemaking.model.ecosystem import Ecosystem
from changemaking.model.residents import CASH, COLUMNS, DEPENDANT, DOES, NOBODY, OUT_OF_WORK, RESIDENT, TAKING_PART, WORKER, WOULD
from changemaking.scenarios import load_scenario

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FLAGS = ("-O2", "-O3", "-O3 -march=native")
LARGEST_UNCOMPILED = 1_000


@dataclass
class Month:
    """What the loop over residents is given, by the names of its parameters, and what it adds to."""

    given: dict[str, Any]

    @property
    def people(self) -> np.ndarray:
        return self.given["people"]

    def sums(self) -> np.ndarray:
        """Totals over the wards, in the order of `residents.COLUMNS`."""
        return self.given["sums"].sum(axis=0)

    def copy(self) -> Month:
        return replace(self, given={k: v.copy() if isinstance(v, np.ndarray) else v for k, v in self.given.items()})

    def clear(self, month: int) -> None:
        """Start a month with totals of zero."""
        self.given["month"] = month
        for name in ("wages", "employed", "sums", "minds"):
            self.given[name][:] = 0


def a_month(n: int) -> Month:
    """A month of the shipped place a year after its start, with `n` residents in the same order of wards and kinds."""
    world = Ecosystem(load_scenario("today"), seed=1)
    seen: dict[str, Any] = {}
    shipped = residents.month_of_all

    def spy(*given: Any) -> Any:
        seen.update(zip(inspect.signature(shipped.py_func).parameters, given, strict=True))
        seen["people"] = given[0].copy()
        return shipped(*given)

    for _ in range(12):
        world.step()
    residents.month_of_all = spy
    try:
        world.step()
    finally:
        residents.month_of_all = shipped
    people = seen["people"][np.arange(n) * len(seen["people"]) // n]
    wards = np.searchsorted(people["ward"], np.arange(len(seen["wards"]))).astype(np.int64)
    return Month(seen | {"people": people, "wards": wards}).copy()


# --- the ways to live a month -------------------------------------------------------------------------------------


def shipped(start: Month) -> Callable[[int], Month]:
    m = start.copy()

    def live(month: int) -> Month:
        m.clear(month)
        residents.month_of_all(*m.given.values())
        return m

    return live


def records_uncompiled(start: Month) -> Callable[[int], Month]:
    m, rule = start.copy(), uncompiled(residents.month_of_all)

    def live(month: int) -> Month:
        m.clear(month)
        rule(*as_records(m.given.values()))
        return m

    return live


def in_c(start: Month, flags: str) -> Callable[[int], Month]:
    m, library = start.copy(), compiled_c(flags)
    g = m.given
    town = (ctypes.c_double * len(g["town"]))(*g["town"])

    def address(name: str) -> ctypes.c_void_p:
        return ctypes.c_void_p(g[name].ctypes.data)

    head = address("people"), address("wards"), ctypes.c_int64(len(g["wards"]) - 1), ctypes.c_uint64(int(g["stream"]))
    tables = [address(name) for name in ("rate", "layoff", "fixed", "quality", "service_of", "job_of")]
    added = [address(name) for name in ("wages", "employed", "sums", "minds")]

    def live(month: int) -> Month:
        m.clear(month)
        library.month_of_all(*head, ctypes.c_uint64(month), town, *tables, *added)
        return m

    return live


def compiled_c(flags: str) -> ctypes.CDLL:
    """residents.c compiled by the system's compiler. The record's size and tables' types must be what C takes them for."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "residents.so"
        words = ["cc", *flags.split(), "-ffp-contract=off", "-shared", "-fPIC", str(HERE / "residents.c"), "-o", str(target), "-lm"]
        subprocess.run(words, check=True)
        library = ctypes.CDLL(str(target))
    library.size_of_resident.restype = ctypes.c_int64
    if library.size_of_resident() != RESIDENT.itemsize:
        raise TypeError("residents.c and model/residents.py do not mean the same record")
    return library


class Person(mesa.Agent):
    """A resident as a Mesa agent with attributes, the usual way."""

    def __init__(self, model: MesaTown, row: int, values: tuple[Any, ...]) -> None:
        super().__init__(model)
        self.row = row
        self.cash, self.skill, self.satisfaction, self.trust, self.employer, self.age, self.kind, self.band, self.type, self.ward = values

    def month(self) -> None:
        model = self.model
        town, luck = model.town, model.luck[self.row]
        event = (luck & 0xFFFFF) / 1048576.0
        slot = (luck >> 20) & 1023
        meeting = (luck >> 30) & 1023

        idle = self.kind == WORKER and self.employer == NOBODY
        wage = int(model.rate[self.employer] * self.skill)
        tax = int(wage * town.direct_tax)
        benefit = int(town.benefit) if idle else 0
        income = wage - tax + benefit + model.fixed[self.kind]
        bill = int(town.council_tax) if self.kind != DEPENDANT else 0
        bill = min(bill, self.cash + income)
        income -= bill
        model.wages[self.employer] += wage

        if self.kind == WORKER:
            if not idle:
                if event < model.layoff[self.employer] + town.losing:
                    self.employer = NOBODY
            elif event < town.finding:
                self.employer = model.job_of[slot]
        model.employed[self.employer] += self.skill

        spent = int(town.spending * max(income, 0) + town.wealth_spending * (self.cash + min(income, 0)))
        self.cash += income - spent

        surprise = model.quality[model.service_of[self.band][meeting]] - self.satisfaction
        self.satisfaction += town.satisfaction_rate * surprise
        good = 0.5 * (surprise + abs(surprise))
        gain = town.trust_up * good * (1.0 - self.trust)
        loss = (town.trust_down * (good - surprise) + town.news) * self.trust
        self.trust += gain - loss

        turn = ((luck >> 40) & 0xFFFFF) / 1048576.0
        if self.type == WOULD and self.kind != DEPENDANT and turn < town.joining:
            self.type = DOES
        elif self.type == DOES and turn < town.leaving:
            self.type = WOULD

        takes_part = self.type == DOES and slot < 1024.0 * town.participation * (town.participation_base + self.trust)
        sums = model.sums[self.ward]
        for column, value in enumerate((wage, tax, bill, benefit, spent, self.cash, idle, takes_part, self.type == DOES)):
            sums[column] += value
        minds = model.minds[self.ward]
        minds[0] += self.satisfaction
        minds[1] += self.trust


class MesaTown(mesa.Model):
    """The same rules over agents. All tables are lists and all numbers Python's, which is the fastest for objects; the month's
    draws are made at once in NumPy, which is kinder to Mesa than one draw for each agent."""

    def __init__(self, start: Month) -> None:
        super().__init__(rng=1)
        g = start.given
        self.town, self.stream, self.size = g["town"], int(g["stream"]), len(g["people"])
        for name in ("rate", "layoff", "fixed", "quality", "service_of", "job_of"):
            setattr(self, name, g[name].tolist())
        self.wards, self.employers = len(g["wards"]) - 1, len(g["wages"])
        for row, values in enumerate(g["people"].tolist()):
            Person(self, row, values)

    def step_month(self, month: int, shuffled: bool) -> None:
        self.luck = luck_of_all(self.stream, month, self.size).tolist()
        self.wages, self.employed = [0] * self.employers, [0.0] * self.employers
        self.sums = [[0] * COLUMNS for _ in range(self.wards)]
        self.minds = [[0.0, 0.0] for _ in range(self.wards)]
        if shuffled:
            self.agents.shuffle_do("month")
        else:
            self.agents.do("month")

    def result(self, like: Month) -> Month:
        people = np.zeros(self.size, dtype=RESIDENT)
        for a in self.agents:
            people[a.row] = tuple(getattr(a, name) for name in RESIDENT.names or ())
        arrays = {name: np.array(getattr(self, name)) for name in ("wages", "employed", "sums", "minds")}
        return Month(like.given | arrays | {"people": people})


def luck_of_all(stream: int, month: int, n: int) -> np.ndarray:
    """64 random bits for everybody, the same as the compiled loop draws one by one."""
    step, mixed = np.uint64(0x9E3779B97F4A7C15), mix.py_func
    with np.errstate(over="ignore"):
        return mixed(mixed(np.uint64(stream) + step * np.uint64(month + 1)) + step * (np.arange(n, dtype=np.uint64) + np.uint64(1)))


def mesa_objects(start: Month, shuffled: bool = True) -> Callable[[int], Month]:
    town = MesaTown(start)

    def live(month: int) -> Month:
        town.step_month(month, shuffled)
        return start

    live.result = lambda: town.result(start)  # type: ignore[attr-defined]
    return live


def in_numpy(start: Month) -> Callable[[int], Month]:
    """Whole columns at a time, as one would write it without much tuning."""
    m = start.copy()
    g = m.given
    me = {name: np.ascontiguousarray(g["people"][name]) for name in RESIDENT.names or ()}
    town, fixed, wards = g["town"], g["fixed"], g["wards"]
    worker = me["kind"] == WORKER
    full_bill = np.where(me["kind"] != DEPENDANT, np.int64(town.council_tax), 0)

    def live(month: int) -> Month:
        m.clear(month)
        luck = luck_of_all(int(g["stream"]), month, len(worker))
        event = (luck & np.uint64(0xFFFFF)).astype(np.float64) * (1.0 / 1048576.0)
        slot = ((luck >> np.uint64(20)) & np.uint64(1023)).astype(np.int64)
        meeting = ((luck >> np.uint64(30)) & np.uint64(1023)).astype(np.int64)
        employer = me["employer"]
        idle = worker & (employer == NOBODY)
        wage = (g["rate"][employer] * me["skill"]).astype(np.int64)
        tax = (wage * town.direct_tax).astype(np.int64)
        benefit = np.where(idle, np.int64(town.benefit), 0)
        income = wage - tax + benefit + fixed[me["kind"]]
        bill = np.minimum(full_bill, me["cash"] + income)
        income -= bill
        loses = worker & ~idle & (event < g["layoff"][employer] + town.losing)
        finds = idle & (event < town.finding)
        me["employer"] = np.where(loses, NOBODY, np.where(finds, g["job_of"][slot], employer)).astype(np.uint16)
        spent = (town.spending * np.maximum(income, 0) + town.wealth_spending * (me["cash"] + np.minimum(income, 0))).astype(np.int64)
        me["cash"] += income - spent
        surprise = g["quality"][g["service_of"][me["band"], meeting]] - me["satisfaction"]
        me["satisfaction"] = (me["satisfaction"] + town.satisfaction_rate * surprise).astype(np.float32)
        good = 0.5 * (surprise + np.abs(surprise))
        trust = me["trust"].astype(np.float64)
        gain = town.trust_up * good * (1.0 - trust)
        me["trust"] = (trust + gain - (town.trust_down * (good - surprise) + town.news) * trust).astype(np.float32)
        turn = ((luck >> np.uint64(40)) & np.uint64(0xFFFFF)).astype(np.float64) * (1.0 / 1048576.0)
        joins = (me["type"] == WOULD) & (me["kind"] != DEPENDANT) & (turn < town.joining)
        leaves = (me["type"] == DOES) & (turn < town.leaving)
        me["type"] = np.where(joins, DOES, np.where(leaves, WOULD, me["type"])).astype(np.uint8)
        takes_part = (me["type"] == DOES) & (
            slot < 1024.0 * town.participation * (town.participation_base + me["trust"].astype(np.float64))
        )
        n = len(g["wages"])
        g["wages"][:] = np.bincount(employer, weights=wage, minlength=n)
        g["employed"][:] = np.bincount(me["employer"], weights=me["skill"], minlength=n)
        for column, values in enumerate((wage, tax, bill, benefit, spent, me["cash"], idle, takes_part, me["type"] == DOES)):
            g["sums"][:, column] = by_ward(values.astype(np.int64), wards)
        for column, name in enumerate(("satisfaction", "trust")):
            g["minds"][:, column] = by_ward(me[name].astype(np.float64), wards)
        return m

    def result() -> Month:
        for name, values in me.items():
            g["people"][name] = values
        return m

    live.result = result  # type: ignore[attr-defined]
    return live


def by_ward(values: np.ndarray, wards: np.ndarray) -> np.ndarray:
    """Sums of consecutive stretches, zero for an empty one."""
    running = np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])
    return running[wards[1:]] - running[wards[:-1]]


# --- do they agree? -----------------------------------------------------------------------------------------------


def hard_times(start: Month) -> Month:
    """No benefit, a heavy council tax, jobs lost and found at once: so that every branch of the rule is taken."""
    town = start.given["town"]
    town = town._replace(benefit=0.0, council_tax=20.0 * town.council_tax, losing=0.2, finding=0.3, news=0.2, joining=0.1, leaving=0.2)
    return replace(start, given=start.given | {"town": town})


def agree(start: Month, months: int) -> None:
    """All ways must lead to the same residents and totals. AssertionError if one does not.

    Money, employers and benefits to the penny; satisfaction and trust to 1e-6, since Python objects keep them in 64 bits, not 32.
    """
    ways = ways_for(start, len(start.people))
    for month in range(months):
        results = {name: live(month) for name, live in ways.items()}
    results |= {name: live.result() for name, live in ways.items() if hasattr(live, "result")}
    ours = results["compiled (ours)"]
    for name, theirs in results.items():
        for field in ("cash", "employer", "type"):
            assert (ours.people[field] == theirs.people[field]).all(), f"{name}: {field} differs"
        for field in ("satisfaction", "trust"):
            assert np.abs(ours.people[field] - theirs.people[field]).max() < 1e-6, f"{name}: {field} differs"
        assert (ours.given["wages"] == theirs.given["wages"]).all(), f"{name}: wages by employer differ"
        assert np.allclose(ours.given["employed"], theirs.given["employed"], rtol=1e-9), f"{name}: skill employed differs"
        assert np.allclose(ours.given["minds"], theirs.given["minds"], rtol=1e-6), f"{name}: satisfaction and trust differ"
        gap = ours.given["sums"] - theirs.given["sums"]
        assert not np.delete(gap, TAKING_PART, axis=1).any(), f"{name}: totals by ward differ"
        assert abs(int(gap[:, TAKING_PART].sum())) <= 1, f"{name}: the number taking part differs"
        if name.startswith("C "):
            assert (ours.people == theirs.people).all() and not gap.any(), f"{name}: a bit differs"
            assert (ours.given["minds"] == theirs.given["minds"]).all() and (ours.given["employed"] == theirs.given["employed"]).all()
    assert ours.sums()[OUT_OF_WORK] > 0 and ours.sums()[CASH] > 0 and ours.sums()[TAKING_PART] > 0, "an idle town proves nothing"


def ways_for(start: Month, n: int) -> dict[str, Callable[[int], Month]]:
    """The ways to live a month at this size."""
    ways: dict[str, Callable[[int], Month]] = {"compiled (ours)": shipped(start)}
    if shutil.which("cc"):
        ways |= {f"C {flags}": in_c(start, flags) for flags in FLAGS}
    ways["NumPy, plain"] = in_numpy(start)
    ways["Mesa objects, do"] = mesa_objects(start, shuffled=False)
    ways["Mesa objects, shuffle_do"] = mesa_objects(start)
    if n <= LARGEST_UNCOMPILED:
        ways["ours, uncompiled"] = records_uncompiled(start)
    return ways


# --- timing -------------------------------------------------------------------------------------------------------


def measure(n: int, repeats: int, budget: float) -> list[dict[str, Any]]:
    """Million resident-months a second of each way at `n` residents, taking turns."""
    start = a_month(n)
    ways = ways_for(start, n)
    calendar = dict.fromkeys(ways, 1000)

    def months_of(name: str, months: int) -> float:
        start = clock()
        for _ in range(months):
            calendar[name] += 1
            ways[name](calendar[name])
        return (clock() - start) / months

    once = {name: months_of(name, 1) for name in ways}  # also the warm-up
    months = {name: max(1, min(200, int(budget / seconds))) for name, seconds in once.items()}
    seconds = in_turns({name: lambda name=name: months_of(name, months[name]) for name in ways}, repeats)
    ours = min(seconds["compiled (ours)"])
    rows = []
    for name, values in seconds.items():
        s = spread(values)
        rows.append({"residents": n, "way": name, "million/s best": n / s["min"] / 1e6, "median": n / s["median"] / 1e6,
                     "time over ours": s["min"] / ours, "months": months[name] * repeats})  # fmt: skip
    return rows


def bytes_per_resident(n: int) -> dict[str, float]:
    """Memory of a resident: a record with its share of the tables, and a Mesa agent by what the process grew."""
    start = a_month(n)
    tables = sum(start.given[name].nbytes for name in ("wards", "service_of", "job_of", "sums", "minds"))
    before = resident_memory()
    town = MesaTown(start)
    grown = resident_memory() - before
    assert len(town.agents) == n
    return {"record": float(RESIDENT.itemsize), "record and tables": (start.people.nbytes + tables) / n, "Mesa object": grown / n}


def main() -> None:
    chosen = options(__doc__).parse_args()
    usual = a_month(LARGEST_UNCOMPILED)
    for start in (usual, hard_times(usual)):
        agree(start, months=6)
    sizes, repeats, budget = ((1_000, 10_000), 3, 0.02) if chosen.quick else (SIZES, 7, 0.1)
    memory = bytes_per_resident(min(100_000, sizes[-1]))
    rows = [row for n in sizes for row in measure(n, repeats if n < 1_000_000 else min(repeats, 3), budget)]
    notes = ["all ways agreed before timing (see the head of this file)"]
    notes.append("bytes a resident: " + ", ".join(f"{k} {v:.0f}" for k, v in memory.items()))
    compiler = shutil.which("cc")
    if compiler:
        said = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
        notes.append(f"C by {said}, scalar, -ffp-contract=off")
    else:
        notes.append("C left out: no compiler named cc")
    report("Residents' month, million resident-months a second", rows, chosen.json, notes)


if __name__ == "__main__":
    main()
