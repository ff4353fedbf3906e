"""changemaking place: a place of one's own from published files, and what is known and assumed of it."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, Workers, folder, guarded, print_json, print_table, say, tell
from .many_values import ManyValues

if TYPE_CHECKING:
    from ..places.building import Built
    from ..places.building.facts import BuyerFacts
    from ..scenarios.place_data import PlaceData

app = typer.Typer(
    help="Build a place from what a council publishes, and see what is known of it.", no_args_is_help=True, rich_markup_mode=None
)

Files = Annotated[list[Path] | None, typer.Option("--spend", metavar="FILE...", help="Payment files: CSV, xlsx or zip.")]
Awards = Annotated[list[Path] | None, typer.Option("--awards", metavar="FILE...", help="Award notices: OCDS, or Contracts Finder CSV.")]
Suppliers = Annotated[
    list[Path] | None,
    typer.Option(
        "--suppliers", metavar="FILE...", help="Tables of suppliers, paid or awarded: company or charity number, postcode, size, sector."
    ),
]
Council = Annotated[str, typer.Option("--council", help="The English council at the centre; if not given, the one the files name.")]
Bodies = Annotated[
    list[str] | None,
    typer.Option("--bodies", metavar="NAME...", help="Whose rows are the council's, as the files name them, and no others."),
]
Io = Annotated[Path | None, typer.Option("--io", metavar="TABLE", help="An input-output table, for what sectors buy nearby.")]
Jobs = Annotated[Path | None, typer.Option("--jobs", metavar="FILE", help="Jobs by industry here and in the nation, to bring it down by.")]
Local = Annotated[str, typer.Option("--local", help="What makes a supplier local: registered, branch or region.")]
Here = Annotated[list[str] | None, typer.Option("--local-postcodes", metavar="CODE...", help="Beginnings of postcodes of the district.")]
Near = Annotated[list[str] | None, typer.Option("--region-postcodes", metavar="CODE...", help="Beginnings of postcodes of the region.")]
MOST_ROWS = 40  # that a terminal shows
PlaceName = Annotated[str, typer.Argument(metavar="PLACE", help="A place file that was built, or a shipped place.")]


@app.command("build", cls=ManyValues)
@guarded
def build(
    name: Annotated[str, typer.Argument(help="What to call the place; or a place file with [data], to build it again.")],
    spend: Files = None,
    awards: Awards = None,
    suppliers: Suppliers = None,
    council: Council = "",
    bodies: Bodies = None,
    io: Io = None,
    jobs: Jobs = None,
    local: Local = "registered",
    local_postcodes: Here = None,
    region_postcodes: Near = None,
    title: Annotated[str, typer.Option("--title", help="What figures call it.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", parser=folder, help="Folder to write to; NAME if not given.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a place of this name, and what was set by hand in it.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say whether the place file is what its files give.")] = False,
    json: Json = False,
) -> None:
    """Build a place file from payments, award notices and tables of suppliers; or build one again from its own [data]."""
    from ..places.building import write

    given = {"--spend": spend, "--awards": awards, "--suppliers": suppliers, "--io": io, "--jobs": jobs,
             "--council": council, "--bodies": bodies, "--title": title,
             "--local-postcodes": local_postcodes, "--region-postcodes": region_postcodes}  # fmt: skip
    again = _existing(name)
    if again is not None:
        built, target, before = _again(again, {key for key, value in given.items() if value}, out)
    else:
        target = out or Path(name)
        before = None
        files = {
            "spend": spend or [],
            "awards": awards or [],
            "suppliers": suppliers or [],
            "io": [io] if io else [],
            "jobs": [jobs] if jobs else [],
        }
        data = _settings(target, files, council, bodies, local, local_postcodes, region_postcodes)
        built = _new(name, data, target, title, replace or check)
        if check:
            path = target / f"{name}.toml"
            before = path.read_text(encoding="utf-8") if path.is_file() else ""
    if check:
        same = before == built.text
        print_json({"place": built.name, "same": same}) if json else say(
            f"{built.name}: {'up to date' if same else 'differs from what its files give'}"
        )
        if not same:
            raise typer.Exit(1)
        return
    written = write(built, target, tables=again is None or out is not None or not _shipped(again))
    if json:
        print_json(_content(built, written))
    else:
        _tell(built, written)


def _existing(name: str) -> Path | None:
    """The place file that a name means, if it means one: a path, or a shipped place with [data]."""
    from ..scenarios.files import locate, shipped

    if Path(name).suffix == ".toml" or len(Path(name).parts) > 1:
        return locate("place", name)
    return shipped("place").get(name)


def _shipped(path: Path) -> bool:
    from ..scenarios.files import shipped

    return path in shipped("place").values()


def _again(path: Path, given: set[str], out: Path | None) -> tuple[Built, Path, str]:
    """A place built anew from its own [data]."""
    from ..experiments.errors import UsageError
    from ..places.building import build, files_of
    from ..places.building.build import at
    from ..scenarios.place_files import load_place_data

    if given:
        raise UsageError(f"{', '.join(sorted(given))}: {path} says in [data] what it is built from; change it there, or give a new name")
    file, data = load_place_data(path if not _shipped(path) else path.stem)
    title = file.raw.get("title")
    target = out or path.parent
    base = path.parent
    if target.resolve() != base.resolve():  # the new file names the same files from where it stands
        moved = tuple(row for old in data.files for row in files_of(old.kind, [at(base, old.path)], target))
        data, base = data.model_copy(update={"files": moved}), target
    built = build(data, path.stem, base, file.where, title if isinstance(title, str) else "")
    return built, target, path.read_text(encoding="utf-8")


def _settings(
    target: Path,
    files: dict[str, list[Path]],
    council: str,
    bodies: list[str] | None,
    local: str,
    here: list[str] | None,
    near: list[str] | None,
) -> PlaceData:
    """What the command line says, as [data]."""
    from ..places.building import files_of
    from ..scenarios.checks import validate
    from ..scenarios.errors import ScenarioError
    from ..scenarios.place_data import PlaceData

    raw: dict[str, Any] = {
        "council": council, "bodies": bodies or [], "local": local,
        "local_postcodes": [code for text in here or () for code in text.replace(",", " ").split()],
        "region_postcodes": [code for text in near or () for code in text.replace(",", " ").split()],
        "files": [row.model_dump() for kind, paths in files.items() for row in files_of(kind, paths, target)],  # type: ignore[arg-type]
    }  # fmt: skip
    given = [row["path"] for row in raw["files"]]
    twice = dict.fromkeys(f"--{row['kind']}" for row in raw["files"] if given.count(row["path"]) > 1)
    options = {"files": " and ".join(twice) or "files"}
    data, problems = validate(PlaceData, raw, lambda key: ("place build", options.get(key, f"--{key.replace('_', '-')}")))
    if data is None:
        raise ScenarioError(problems)
    return data


def _new(name: str, data: PlaceData, target: Path, title: str, replace: bool) -> Built:
    import re

    from ..experiments.errors import UsageError
    from ..places.building import build

    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,60}", name):
        raise UsageError(f"name: takes letters, digits, - and _, beginning with a letter, got {name!r}")
    if (path := target / f"{name}.toml").exists() and not replace:
        raise UsageError(f"{path} is there already: `changemaking place build {path}` builds it again, --replace builds it anew")
    return build(data, name, target, "place build", title)


@app.command("list")
@guarded
def list_(json: Json = False) -> None:
    """The shipped places, and what each was built from."""
    from ..scenarios import list_places, load_place
    from ..scenarios.files import read as read_file
    from ..scenarios.files import shipped
    from ..scenarios.place_files import place_data

    found: list[dict[str, Any]] = []
    for name in list_places():
        place, raw = load_place(name), read_file(shipped("place")[name]).raw
        data = place_data(raw, name)[0] if "data" in raw else None
        found.append(
            {
                "name": name, "title": place.title, "region": place.region, "districts": len(place.districts),
                "people": sum(w.population for d in place.districts if d.focal for w in d.wards),
                "files": [file.path.rsplit("/", 1)[-1] for file in data.files] if data else [], "pounds": data.pounds if data else "",
            }
        )  # fmt: skip
    if json:
        print_json(found)
        return
    rows = [[str(p["name"]), str(p["title"]), f"{p['people']:,}", "\n".join(p["files"]) or "–"] for p in found]
    print_table([("Name", "left"), ("Title", "left"), ("People", "right"), ("Built from", "left")], rows, whole=("Built from",))
    tell("changemaking compare phased --set place=NAME compares policies in one.")


@app.command("read")
@guarded
def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Payment files: CSV, xlsx or zip.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", parser=folder, help="Write payments and rejects there.")] = None,
    persons: Annotated[bool, typer.Option("--persons", help="Keep the names of persons.")] = False,
    json: Json = False,
) -> None:
    """Read payment files and say where every row and penny went, and how the columns were understood."""
    from ..places.spending import read_spending
    from ..viz.place_words import mapping_of, reconciliation

    found = read_spending(files, out, persons=persons)
    if json:
        print_json([account.to_dict() for account in found.accounts])
        return
    for account in found.accounts:
        rows = reconciliation(account)
        print_table([("", "left"), ("Rows", "right"), ("Pounds", "right")], rows, f"{account.file}: {account.kind}")
        if account.mapping:
            tell(mapping_of(account))
        for note in account.notes:
            tell(f"Note: {note}.")
        typer.echo()
    if out is not None:
        tell(f"Written to {out}: payments.parquet" + (", rejects.csv" if found.rejects else ""))


@app.command("figures")
@guarded
def figures(
    place: PlaceName,
    figure: Annotated[str | None, typer.Option("--figure", help="Only this one, e.g. 'spend by kind'.")] = None,
    rows: Annotated[str | None, typer.Option("--rows", metavar="GROUP", help="The rows behind a line of it, e.g. vcs.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write them as CSV, safe to open in a spreadsheet.")] = None,
    json: Json = False,
) -> None:
    """What the files of a place say: each figure between its bounds, and the rows behind it."""
    from ..experiments.errors import UsageError
    from ..places.building.writing import FIGURE_COLUMNS
    from ..places.building.writing import figure_rows as lines_of
    from ..places.safe_csv import write_csv
    from ..scenarios.errors import nearest
    from ..viz.place_words import behind, figure_rows

    built = _again(_built(place), set(), None)[0]
    known = {f.name: f for f in built.figures}
    if rows is not None and figure is None:
        raise UsageError("--rows: of which figure? Name it with --figure")
    if figure is not None and figure not in known:
        near = nearest(figure, known)
        raise UsageError(f"--figure: {figure!r} is none of {', '.join(known)}" + (f"; did you mean {near!r}?" if near else ""))
    if rows is not None:
        table = known[figure or ""].rows_behind(rows)
        records = [list(record.values()) for record in table.to_pylist()]
        if out is not None:
            write_csv(out, table.column_names, records)
            tell(f"Written: {out}, {len(records):,} rows")
        elif json:
            print_json([{key: _plain(value) for key, value in record.items()} for record in table.to_pylist()])
        else:
            first = sorted(table.to_pylist(), key=lambda row: not row["certain"])[:MOST_ROWS]
            heads = [("File", "left"), ("Row", "right"), ("Supplier", "left"), ("Pounds", "right"), ("Belongs", "left")]
            shown = [behind(row) for row in first]
            print_table(heads, shown, f"{figure}: {rows}")
            if len(records) > len(shown):
                tell(f"{len(shown)} of {len(records):,} rows; --out FILE writes them all.")
        return
    chosen = [known[figure]] if figure is not None else list(built.figures)
    records = list(lines_of(chosen))
    if out is not None:
        write_csv(out, FIGURE_COLUMNS, records)
        tell(f"Written: {out}, {len(records):,} lines")
    elif json:
        print_json([dict(zip(FIGURE_COLUMNS, record, strict=True)) for record in records])
    else:
        for f in chosen:
            heads = [("", "left"), ("What", "left"), ("At least", "right"), ("At most", "right"), ("Likely", "right")]
            print_table(heads, figure_rows(f), f.name.capitalize())
            for text in (f"{f.definition}.", *f.notes):
                tell(text)
            typer.echo()


@app.command("check")
@guarded
def check(
    place: PlaceName,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Seeds of the first year.")] = 10,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", parser=folder, help="Write the figure and the table there.")] = None,
    json: Json = False,
) -> None:
    """Hold the first simulated year of a place's council against the data the place was built from."""
    from ..experiments.place_check import check_place
    from ..viz.place_words import check_rows, distance_rows
    from ..viz.words import count

    path = _built(place)
    built = _again(path, set(), None)[0]
    found = check_place(path, _buyer(built), seeds)
    if json:
        from dataclasses import asdict

        print_json(asdict(found))
    else:
        heads = [
            ("", "left"),
            ("", "left"),
            ("Data, least", "right"),
            ("most", "right"),
            ("Simulated", "right"),
            ("seeds from", "right"),
            ("to", "right"),
        ]
        print_table(heads, check_rows(found), f"{found.council}: first simulated year, {count(seeds, 'seed')}")
        print_table([("Distance", "left"), ("", "right")], distance_rows(found))
        tell("Shares: what part of the money lies elsewhere than the data allow. Sizes: how many times larger or smaller, on the average.")
        tell("Much of the first year is put in: agreement says that the place was built as meant, no more.")
    if out is not None:
        from ..viz.place_figures import check_figure
        from ..viz.style import save

        written = save(check_figure(found), out, f"{built.name}-check")
        found.table().to_csv(out / f"{built.name}-check.csv", index=False)
        say(f"Written to {out}: {', '.join(p.name for p in written)}, {built.name}-check.csv")


@app.command("report")
@guarded
def report(
    place: PlaceName,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The page to write; NAME-report.html if not given.")] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="Seeds of the quick sensitivity run.")] = 3,
    months: Annotated[int, typer.Option("--months", min=12, help="Months of it.")] = 48,
    no_runs: Annotated[bool, typer.Option("--no-runs", help="Leave out what needs runs of the model.")] = False,
    workers: Workers = None,
) -> None:
    """Write the data-quality report of a place: what came in, what is unknown and assumed, and what of that matters."""
    from ..experiments.place_check import check_place
    from ..experiments.place_sensitivity import all_moves, most_runs, quick_sensitivity
    from ..places.building.unknowns import extremes
    from ..viz.place_report import write_place_report

    path = _built(place)
    built = _again(path, set(), None)[0]
    checked = moved = None
    if not no_runs:
        buyer, ends = _buyer(built), extremes(built.place, built.data.unknown)
        runs = most_runs(len(all_moves(path, ends, months)), seeds)
        tell(f"Up to {runs:,} runs of {months} months for what matters; --no-runs leaves them out, fewer --months make them short.")
        checked = check_place(path, buyer)
        moved = quick_sensitivity(path, ends, seeds, months, workers, True)
    target = out or (Path(f"{built.name}-report.html") if _shipped(path) else path.parent / f"{built.name}-report.html")
    if target.is_dir():
        target = target / f"{built.name}-report.html"
    tell(f"Written: {write_place_report(built, target, checked, moved)}")


def _built(name: str) -> Path:
    """The file of a place that was built from data. Raises ScenarioError or UsageError for one that was not."""
    from ..scenarios.files import locate, read

    path = locate("place", name)
    if "data" not in read(path).raw:
        from ..experiments.errors import UsageError
        from ..scenarios.files import read as read_file
        from ..scenarios.files import shipped

        others = [place for place, at in shipped("place").items() if "data" in read_file(at).raw]
        raise UsageError(f"{name}: has no [data], so nothing is known of its files; places that have: {', '.join(others) or 'none yet'}")
    return path


def _buyer(built: Built) -> BuyerFacts:
    """What the files say of the council. Raises UsageError when they say nothing."""
    from ..experiments.errors import UsageError

    found = built.facts.buyers.get(built.council.gss)
    if found is None:
        raise UsageError(f"{built.name}: its files say nothing of what {built.council.name} buys")
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


# --- what is said --------------------------------------------------------------------------------------------------


def _content(built: Built, written: list[Path]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "place": built.name,
        "council": {"name": built.council.name, "gss": built.council.gss},
        "region": built.place["region"],
        "data": built.data.model_dump(mode="json"),
        "files": _accounts(built),
        "bodies": [asdict(one) for one in built.read.bodies],
        "notes": list(built.notes),
        "written": [str(path) for path in written],
    }


def _accounts(built: Built) -> list[dict[str, Any]]:
    read = built.read
    found = [account.to_dict() for account in (read.spending.accounts if read.spending else ())]
    return found + [account.as_dict() for account in (read.notices.accounts if read.notices else ())]


def _tell(built: Built, written: list[Path]) -> None:
    from ..viz.place_words import about_files, about_place, about_unknown

    for line in about_files(built):
        tell(line)
    typer.echo()
    print_table([("", "left"), ("", "left")], about_place(built), f"{built.place['title']} ({built.name})")
    if rows := about_unknown(built):
        print_table([("Unknown share of the money", "left"), ("At least", "right"), ("At most", "right")], rows)
    for note in built.notes:
        tell(f"Note: {note}.")
    tell(f"Written: {', '.join(str(path) for path in written)}")
    place = built.name if _shipped(written[0]) else quote(str(written[0]))
    typer.echo(f"Next: changemaking place report {place}")
    typer.echo(f"      changemaking compare phased --set place={place}")
