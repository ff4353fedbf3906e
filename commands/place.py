"""changemaking place: a place of one's own from published files, and what is known and assumed of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, folder, guarded, print_json, print_table, say, tell
from .many_values import ManyValues

if TYPE_CHECKING:
    from ..places.building import Built
    from ..scenarios.place_data import PlaceData

app = typer.Typer(
    help="Build a place from what a council publishes, and see what is known of it.", no_args_is_help=True, rich_markup_mode=None
)

Files = Annotated[list[Path] | None, typer.Option("--spend", metavar="FILE...", help="Payment files: CSV, xlsx or zip.")]
Awards = Annotated[list[Path] | None, typer.Option("--awards", metavar="FILE...", help="Award notices: OCDS, or Contracts Finder CSV.")]
Suppliers = Annotated[
    list[Path] | None,
    typer.Option("--suppliers", metavar="FILE...", help="Tables of suppliers: company or charity number, postcode, size, sector."),
]
Council = Annotated[str, typer.Option("--council", help="The English council at the centre; if not given, the one the files name.")]
Io = Annotated[Path | None, typer.Option("--io", metavar="TABLE", help="An input-output table, for what sectors buy nearby.")]
Local = Annotated[str, typer.Option("--local", help="What makes a supplier local: registered, branch or region.")]
Here = Annotated[list[str] | None, typer.Option("--local-postcodes", metavar="CODE...", help="Beginnings of postcodes of the district.")]
Near = Annotated[list[str] | None, typer.Option("--region-postcodes", metavar="CODE...", help="Beginnings of postcodes of the region.")]
PlaceName = Annotated[str, typer.Argument(metavar="PLACE", help="A place file that was built, or a shipped place.")]


@app.command("build", cls=ManyValues)
@guarded
def build(
    name: Annotated[str, typer.Argument(help="What to call the place; or a place file with [data], to build it again.")],
    spend: Files = None,
    awards: Awards = None,
    suppliers: Suppliers = None,
    council: Council = "",
    io: Io = None,
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

    given = {"--spend": spend, "--awards": awards, "--suppliers": suppliers, "--io": io, "--council": council, "--title": title,
             "--local-postcodes": local_postcodes, "--region-postcodes": region_postcodes}  # fmt: skip
    again = _existing(name)
    if again is not None:
        built, target, before = _again(again, {key for key, value in given.items() if value}, out)
    else:
        target = out or Path(name)
        before = None
        files = {"spend": spend or [], "awards": awards or [], "suppliers": suppliers or [], "io": [io] if io else []}
        data = _settings(target, files, council, local, local_postcodes, region_postcodes)
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
    from ..places.building import build
    from ..scenarios.place_files import load_place_data

    if given:
        raise UsageError(f"{', '.join(sorted(given))}: {path} says in [data] what it is built from; change it there, or give a new name")
    file, data = load_place_data(path if not _shipped(path) else path.stem)
    title = file.raw.get("title")
    target = out or path.parent
    built = build(data, path.stem, path.parent, file.where, title if isinstance(title, str) else "")
    return built, target, path.read_text(encoding="utf-8")


def _settings(
    target: Path, files: dict[str, list[Path]], council: str, local: str, here: list[str] | None, near: list[str] | None
) -> PlaceData:
    """What the command line says, as [data]."""
    from ..places.building import files_of
    from ..scenarios.checks import validate
    from ..scenarios.errors import ScenarioError
    from ..scenarios.place_data import PlaceData

    raw: dict[str, Any] = {
        "council": council, "local": local,
        "local_postcodes": [code for text in here or () for code in text.replace(",", " ").split()],
        "region_postcodes": [code for text in near or () for code in text.replace(",", " ").split()],
        "files": [row.model_dump() for kind, paths in files.items() for row in files_of(kind, paths, target)],  # type: ignore[arg-type]
    }  # fmt: skip
    data, problems = validate(PlaceData, raw, lambda key: ("place build", f"--{key.replace('_', '-')}"))
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


# --- what is said --------------------------------------------------------------------------------------------------


def _content(built: Built, written: list[Path]) -> dict[str, Any]:
    return {
        "place": built.name,
        "council": {"name": built.council.name, "gss": built.council.gss},
        "region": built.place["region"],
        "data": built.data.model_dump(mode="json"),
        "files": _accounts(built),
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
    place = written[0]
    tell(f"Next: changemaking place report {place}")
    tell(f"      changemaking compare phased --set place={place}")


@app.command("list")
@guarded
def list_(json: Json = False) -> None:
    """The shipped places, and what each was built from."""
    from ..scenarios import list_places, load_place
    from ..scenarios.files import read as read_file
    from ..scenarios.files import shipped
    from ..scenarios.place_files import place_data

    found = []
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
    rows = [[str(p["name"]), str(p["title"]), f"{p['people']:,}", ", ".join(p["files"]) or "–"] for p in found]
    print_table([("Name", "left"), ("Title", "left"), ("People", "right"), ("Built from", "left")], rows)
    tell("changemaking compare phased --set place=NAME compares policies in one.")
