"""Writes anew what the README shows of output, so that it is never written by hand. From the checkout:

    .venv/bin/python docs/refresh.py            the blocks between <!-- begin NAME --> and <!-- end NAME -->, cases.md, odd_tables.md,
                                                the table of formulas in odd.md
    .venv/bin/python docs/refresh.py --all      the table of patterns, the pictures and the experiments' results as well: under an hour

A block holds what the command in the lines above it prints; the block `python` holds a program and what that prints.
tests/test_readme.py fails when a block no longer is what comes out.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
CASES = ROOT / "docs" / "cases.md"
TABLES = ROOT / "docs" / "odd_tables.md"
ODD = ROOT / "docs" / "odd.md"
PICTURES = ROOT / "docs" / "img"
BLOCK = re.compile(r"(?P<begin><!-- begin (?P<name>\w+) -->\n)(?P<inside>.*?)(?P<end><!-- end (?P=name) -->)", re.S)
PATTERNS = re.compile(r"(?P<begin><!-- patterns: begin.*?-->\n)(?P<inside>.*?)(?P<end><!-- patterns: end -->)", re.S)
FORMULAS = re.compile(r"(?P<begin><!-- formulas: begin.*?-->\n)(?P<inside>.*?)(?P<end><!-- formulas: end -->)", re.S)
SEEDS_OF_PATTERNS = 30


def python(*words: str) -> str:
    """What Python prints when called with these words, without spaces at the ends of lines."""
    done = subprocess.run([sys.executable, "-X", "utf8", *words], cwd=ROOT, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def fenced(text: str, language: str = "") -> str:
    return f"```{language}\n{text}\n```\n"


def blocks(readme: str) -> dict[str, str]:
    """What stands in each block, by name."""
    return {found["name"]: found["inside"] for found in BLOCK.finditer(readme)}


def fresh(readme: str, name: str) -> str:
    """What the block of that name ought to hold."""
    if name == "python":
        code = re.search(r"```python\n(.*?)\n```", blocks(readme)[name], re.S)[1]
        return fenced(code, "python") + "\n" + fenced(python("-c", code))
    command = re.search(rf"\$ changemaking ([^\n]+)\n```\n<!-- begin {name} -->", readme)[1]
    return fenced(python("-m", "changemaking", *command.split()))


def table_of_patterns() -> str:
    """The claims with what came of them, as a table in Markdown; draws the map of the second, too."""
    from changemaking.viz.words import beside_published, change, interval, known_unit

    def cell(row: dict, before: str = "") -> str:
        effect, low, high = (row[f"{before}{name}"] for name in ("effect", "low", "high"))
        unit = known_unit(row["unit"])
        return "–" if effect is None or low is None else f"{change(effect, unit, low, high)} ({interval(low, high, unit)})"

    with tempfile.TemporaryDirectory() as folder:
        asked = f"-m changemaking patterns --json --seeds {SEEDS_OF_PATTERNS} --out {folder}/out"
        found = json.loads(python(*asked.split()))
        shutil.copy(f"{folder}/out/p02-map.png", PICTURES)
    lines = ["| id | claim | effect (95% interval) | without its mechanism | verdict |", "|---|---|---|---|---|"]
    lines += [f"| {r['id']} | {r['claim']} ({r['unit']}) | {cell(r)} | {cell(r, 'ablated_')} | {r['verdict']} |" for r in found]
    least, most = (f(r["seeds"] for r in found) for f in (min, max))
    lines += ["", f"*{least} seeds.*" if least == most else f"*{least} to {most} seeds.*"]
    lines += ["", "| id | figure | simulated, mean | 95% of runs | published | fitted |", "|---|---|---|---|---|---|"]
    for r in found:
        lines += [f"| {' | '.join([r['id'], *cells])} |" for cells in beside_published(r["details"].get("published", {}).values())]
    return "\n".join([*lines, ""])


def cases() -> str:
    """The page of case studies, from the tables [case] of the scenarios."""
    from changemaking.scenarios import list_cases, load_scenario

    lines = [
        "# Cases: scenarios after real partnerships",
        "",
        "*Written by `docs/refresh.py` from the table `[case]` of each file; do not edit here.*",
        "",
        "A case is the rules of a partnership put to the shipped place, not a replica of where it happened: it asks what such rules do",
        "there. What became of the real one stands beside it and is nowhere put in. `changemaking scenarios cases` lists them,",
        "`changemaking compare NAME` runs one against its baseline: `today`, or another where the contrast that it is about needs one.",
    ]
    for name, case in list_cases().items():
        scenario = load_scenario(name)
        clauses = ", ".join(clause.name for clause in scenario.policies[-1][1].clauses) or "none"
        parts = [f"## {'; '.join(case.of)}: `{name}`", f"*Told.* {case.told}", f"*Since.* {case.since}", f"*Left out.* {case.left_out}"]
        base = load_scenario(scenario.baseline or "")
        parts += [f"*Against.* `{base.name}`: {base.title[0].lower()}{base.title[1:]}."] if base.name != "today" else []
        parts += [f"*Clauses.* {clauses}. *Source.* {case.source}" + "".join(f"; `{id}`" for id in case.evidence)]
        for part in parts:
            lines += ["", " ".join(part.split())]
    return "\n".join([*lines, ""])


def odd_tables() -> str:
    """The tables of the model's description, from the code."""
    spec = importlib.util.spec_from_file_location("odd_tables", ROOT / "docs" / "odd_tables.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.page()


def formulas() -> str:
    """How each measure is worked out, as a table in Markdown."""
    from changemaking.model.measures import MEASURES

    rows = [f"| `{m.name}` | {m.formula} | {m.total} |" for m in MEASURES]
    return "\n".join(["| measure | formula | total |", "|---|---|---|", *rows, ""])


def draw() -> None:
    """The picture at the top of the README."""
    with tempfile.TemporaryDirectory() as folder:
        python(*"-m changemaking compare bundled phased preston --seeds 100 --out".split(), f"{folder}/out")
        shutil.copy(f"{folder}/out/effects.png", PICTURES)


def main() -> None:
    readme = README.read_text(encoding="utf-8")
    new = BLOCK.sub(lambda found: found["begin"] + fresh(readme, found["name"]) + found["end"], readme)
    if "--all" in sys.argv[1:]:
        from changemaking.experiments.reproduction import experiments, keep

        draw()
        for name in experiments():
            keep(name)
        table = table_of_patterns()
        new = PATTERNS.sub(lambda found: found["begin"] + table + found["end"], new)
    README.write_text(new, encoding="utf-8")
    CASES.write_text(cases(), encoding="utf-8")
    TABLES.write_text(odd_tables(), encoding="utf-8")
    odd, table = ODD.read_text(encoding="utf-8"), formulas()
    ODD.write_text(FORMULAS.sub(lambda found: found["begin"] + table + found["end"], odd), encoding="utf-8")


if __name__ == "__main__":
    main()
