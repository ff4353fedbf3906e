"""Writes anew the tables of docs/places.md from the public files and the shipped places. From the checkout:

    .venv/bin/python docs/places_tables.py DATA

DATA is the folder with the files named in the tables. A block stands between <!-- begin NAME --> and <!-- end NAME -->.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).with_name("places.md")
BLOCK = r"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)"
FOLDERS = ("spend", "messy", "suppliers", "budgets")
NOTICES = ("ocds", "preston")


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def payments(data: Path) -> Iterator[str]:
    """A row for each file that was given as payments: read, used, excluded, rejected, or why it was refused."""
    from changemaking.places.spending import SpendingError, Tally, read_spending

    yield row(["File", "Taken for", "Read", "Used", "Excluded", "Rejected", "Own total"])
    yield row(["---", "---", "---:", "---:", "---:", "---:", "---"])
    for folder in FOLDERS:
        for path in sorted((data / folder).iterdir()):
            name = f"{folder}/{path.name}"
            try:
                found = read_spending([path])
            except SpendingError as error:
                yield row([name, f"refused: {error.problems[0].text}", "", "", "", "", ""])
                continue
            for a in found.accounts:
                out = sum(a.excluded.values(), Tally())
                total = "none" if a.total is None else "agrees" if a.agrees else "differs"
                cells = [tally(t) for t in (a.read, a.used, out, a.rejected)]
                sheet = f", {a.file.partition('/')[2]}" if len(found.accounts) > 1 else ""
                yield row([f"{name}{sheet}", a.kind, *cells, total])


def tally(found: object) -> str:
    rows, pence = found.rows, found.pence  # type: ignore[attr-defined]
    text = f"{rows:,} row{'' if rows == 1 else 's'}"
    return "0" if not rows else text if not pence else f"{text}, £{pence / 100:,.2f}"


def notices(data: Path) -> Iterator[str]:
    """A row for each file that was given as award notices."""
    from changemaking.places.notices import NoticesError, read_notices

    yield row(["File", "Taken for", "Notices", "Awards", "Set aside", "Rejected", "Value of the awards"])
    yield row(["---", "---", "---:", "---:", "---:", "---:", "---:"])
    for folder in NOTICES:
        for path in sorted((data / folder).iterdir()):
            if folder == "preston" and path.suffix != ".csv":
                continue
            try:
                (a,) = read_notices([path]).accounts
            except NoticesError as error:
                yield row([f"{folder}/{path.name}", f"refused: {error}", "", "", "", "", ""])
                continue
            value = "; ".join(f"{money} {pence / 100:,.0f}" for money, pence in a.pence.items()) or "none given"
            rejected = a.rejected.total() + a.awards_rejected.total()
            yield row([f"{folder}/{path.name}", a.kind, f"{a.read:,}", f"{a.awards:,}", f"{a.aside.total():,}", f"{rejected:,}", value])


def measured() -> Iterator[str]:
    """The shipped table of how often each classification is right, its held-out half."""
    import csv

    from changemaking.places.suppliers.measured import SHIPPED

    yield row(["Classification", "Labels", "Right of those it calls (95%)", "Found of those there are (95%)", "Suppliers"])
    yield row(["---", "---", "---:", "---:", "---:"])
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        for r in csv.DictReader(lines):
            if r["half"] == "held out":
                many = sum(int(r[k]) for k in ("true_positive", "false_positive", "false_negative", "true_negative"))
                yield row([r["classification"], r["labels"], span(r, "precision"), span(r, "recall"), f"{many:,}"])


def span(r: dict[str, str], what: str) -> str:
    return f"{float(r[what]):.0%} ({float(r[what + '_low']):.0%} to {float(r[what + '_high']):.0%})" if r[what] else "–"


def shipped() -> Iterator[str]:
    """What the shipped places hold, and how far their first simulated year is from their data."""
    from changemaking.experiments.place_check import check_place
    from changemaking.places.building import build
    from changemaking.scenarios.files import shipped as places
    from changemaking.scenarios.place_files import load_place_data

    columns = []
    for name in ("trafford", "preston_notices"):
        path = places("place")[name]
        file, data = load_place_data(name)
        built = build(data, name, path.parent, file.where, file.raw["title"])
        council, focal = built.place["commissioners"][0], built.place["districts"][0]
        buyer = built.facts.buyers[built.council.gss]
        found = check_place(name, buyer)
        contracts = sum(line["contracts"] for c in built.place["commissioners"] for line in c["lines"])
        columns.append(
            {
                "": f"`{name}`",
                "from": "; ".join(f.path.rsplit("/", 1)[-1] for f in data.files),
                "rows used of those read": f"{data.found.rows_used:,} of {data.found.rows_read:,}" if data.found.rows_read else "–",
                "awards": f"{data.found.awards:,}" if data.found.awards else "–",
                "pounds of": data.pounds,
                "people, wards": f"{focal['population']:,}, {len(focal['wards'])}",
                "districts, commissioners": f"{len(built.place['districts'])}, {len(built.place['commissioners'])}",
                "the council's spending a year": f"£{council['procurement'] / 1e6:,.1f}m",
                "contracts running, firms able to bid": f"{contracts}, {sum(g['count'] for g in built.place['firms'])}",
                "of the money with suppliers of the district": bounds(buyer.local),
                "with SMEs": bounds(buyer.kinds["sme"]),
                "with voluntary bodies": bounds(buyer.kinds["vcs"]),
                "of a sector that is known": f"{buyer.known:.1%}",
                **{f"distance by {what}": far(what, value) for what, value in found.distances.items()},
            }
        )
    names = list(dict.fromkeys(key for column in columns for key in column))
    yield row([column[names[0]] for column in ({"": ""}, *columns)])
    yield row(["---"] * (len(columns) + 1))
    for key in names[1:]:
        yield row([key, *(column.get(key, "–") for column in columns)])


def bounds(found: tuple[float, float]) -> str:
    return f"{found[0]:.1%} to {found[1]:.1%}"


def far(what: str, value: float) -> str:
    return f"{value:.1f} times" if what.startswith("size") else f"{value:.1%} of the money"


def main() -> None:
    data, page = Path(sys.argv[1]), PAGE.read_text(encoding="utf-8")
    for name, lines in (("payments", payments(data)), ("notices", notices(data)), ("measured", measured()), ("shipped", shipped())):
        text = "\n".join(lines) + "\n"
        page = re.sub(BLOCK.format(name=name), lambda found, text=text: f"{found[1]}{text}{found[2]}", page, flags=re.S)
    PAGE.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
