"""Building a place: what payments and notices put into it, worked out by hand, and what is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from changemaking.places.building import Built, build, files_of, write
from changemaking.places.building.unknowns import extremes
from changemaking.places.building.writing import supplier_rows
from changemaking.scenarios import load_place, load_scenario
from changemaking.scenarios.errors import ScenarioError
from changemaking.scenarios.place_data import PlaceData
from changemaking.scenarios.place_files import load_place_data

HEAD = "Body,Payment Date,Supplier,Net Amount,Category,Company Number\n"
ROWS = [
    # two months; care 60,000 to two firms, ICT 30,000 to one, a category that tells nothing 10,000
    ("01/04/2025", "Alpha Homecare Ltd", "20000.00", "Social care", "01111111"),
    ("02/05/2025", "Alpha Homecare Ltd", "20000.00", "Social care", "01111111"),
    ("03/05/2025", "Beta Nursing CIC", "20000.00", "Social care", ""),
    ("04/04/2025", "Gamma Software Ltd", "30000.00", "ICT software", "02222222"),
    ("05/05/2025", "Delta Holdings PLC", "10000.00", "Zzz", "03333333"),
    ("06/05/2025", "HM Revenue & Customs", "99999.00", "PAYE", ""),
]
SUPPLIERS = "supplier,postcode,size\nAlpha Homecare Ltd,M33 4BR,sme\nGamma Software Ltd,M1 2AA,large\n"


def ledger(folder: Path, body: str = "Trafford Council", rows: list[tuple[str, ...]] = ROWS) -> Path:
    path = folder / "spend.csv"
    path.write_text(HEAD + "".join(f"{body},{','.join(row)}\n" for row in rows), encoding="utf-8")
    return path


def built(folder: Path, suppliers: str = "", encoding: str = "utf-8", **more: object) -> Built:
    files = files_of("spend", [ledger(folder)], folder)
    if suppliers:
        (folder / "suppliers.csv").write_text(suppliers, encoding=encoding)
        files += files_of("suppliers", [folder / "suppliers.csv"], folder)
    return build(PlaceData(files=files, **more), "mytown", folder, "build")  # type: ignore[arg-type]


def council(made: Built) -> dict:
    return made.place["commissioners"][0]


def test_takes_a_year_of_spending_from_the_months_that_were_read(tmp_path: Path) -> None:
    made = built(tmp_path)
    assert made.council.short == "Trafford", "the body in the file says which council"
    assert made.data.found.rows_used == 5 and made.data.found.pence_used == 100_000_00
    assert council(made)["procurement"] == 100_000 * 12 / 2
    assert built(tmp_path, months=1).place["commissioners"][0]["procurement"] == 1_200_000
    note = made.place["sources"]["commissioners.Trafford Metropolitan Borough Council.procurement"]
    assert note["data"] == "payments: spend.csv (5 of 6 rows)" and note["assumed"] == [420_000, 780_000]


def of_pounds(folder: Path, pounds: str) -> Built:
    """Built from one payment in one month, so twelve times that a year; by Trafford's budget it would be £74.3m."""
    rows = [("01/04/2025", "Alpha Homecare Ltd", pounds, "Social care", "01111111")]
    return build(PlaceData(files=files_of("spend", [ledger(folder, rows=rows)], folder)), "mytown", folder, "build")


@pytest.mark.parametrize(
    ("pounds", "times"),
    [("500000", "×0.081"), ("625000", ""), ("24000000", ""), ("123000000", ""), ("125000000", "×20"), ("50000000000", "×8,100")],
)
def test_money_far_from_what_the_budget_suggests_is_noted(tmp_path: Path, pounds: str, times: str) -> None:
    notes = of_pounds(tmp_path, pounds).notes
    assert [note.split(": ")[0] for note in notes] == (
        [f"payments come to £{float(pounds) * 12:,.0f} a year, {times} of what its budget suggests"] if times else []
    )


def test_no_place_without_money(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"payments: leave Trafford .* no money: .* got £0\.12 a year; takes more than £500"):
        of_pounds(tmp_path, "0.01")
    assert council(of_pounds(tmp_path, "42.00"))["procurement"] == 1000


def test_shares_lines_by_sector_as_the_payments_do(tmp_path: Path) -> None:
    """Of the 90,000 whose sector is known, 60 parts are care and 30 ICT; within care the budget decides."""
    lines = {line["service"]: line for line in council(built(tmp_path))["lines"]}
    care = sum(lines[s]["share"] for s in ("adult social care", "extra care housing", "children's services"))
    assert care == pytest.approx(2 / 3, abs=1e-3) and lines["ict"]["share"] == pytest.approx(1 / 3, abs=1e-3)
    assert set(lines) == {"adult social care", "extra care housing", "children's services", "ict"}
    assert lines["ict"]["contracts"] == 1


def test_counts_contracts_by_how_concentrated_a_sector_is(tmp_path: Path) -> None:
    rows = [("01/04/2025", f"Care Firm {i} Ltd", "1000.00", "Social care", f"0{i:07d}") for i in range(30)]
    made = build(PlaceData(files=files_of("spend", [ledger(tmp_path, rows=rows)], tmp_path)), "mytown", tmp_path, "build")
    assert sum(line["contracts"] for line in council(made)["lines"]) == pytest.approx(30, abs=2), "thirty equal suppliers"


def test_what_no_file_says_is_an_interval_never_far_away(tmp_path: Path) -> None:
    made = built(tmp_path)
    assert made.data.unknown["local"] == (0.0, 1.0) and made.data.unknown["region"] == (0.0, 1.0)
    assert made.data.unknown["sector"] == (0.0, 0.1)
    low, high = made.data.unknown["vcs"]
    assert low == 0.2, "a community interest company says so in its name"
    assert high == 0.9, "a public limited company is none"
    note = made.place["sources"]["commissioners.Trafford Metropolitan Borough Council.start_local"]
    assert note["assumed"] == [0.0, 1.0]


def test_a_table_of_suppliers_narrows_the_interval(tmp_path: Path) -> None:
    made = built(tmp_path, SUPPLIERS, local_postcodes=("M33",), region_postcodes=("M",))
    assert made.data.unknown["local"] == (0.4, 0.7), "40 local for certain, 30 nearby for certain, 30 unknown"
    assert made.data.unknown["region"] == (0.3, 0.6)
    assert council(made)["start_local"] == pytest.approx(0.4 + 0.3 * 0.14)
    assert council(made)["start_region"] == pytest.approx(0.3 + 0.3 * 0.34)
    assert {match.key for match in made.matches.matched} == {"alpha homecare", "gamma software"}  # type: ignore[union-attr]


def test_columns_of_a_table_of_suppliers_that_are_not_understood_are_named(tmp_path: Path) -> None:
    said = 'supplier,postcode,sicc_int,Sizee,"turn\nover",\nAlpha Homecare Ltd,M33 4BR,87300,sme,9,\n'
    note = built(tmp_path, suppliers=said).notes[-1]
    assert note == """columns of suppliers.csv not used: "sicc_int", "Sizee" (did you mean 'size'?), "turn\\nover\""""
    assert not [n for n in built(tmp_path, suppliers=SUPPLIERS).notes if "not used" in n]


def test_a_table_of_suppliers_that_a_spreadsheet_saved_is_joined_and_its_encoding_told(tmp_path: Path) -> None:
    said = f"{SUPPLIERS}Café Bird Ltd,M33 4BR\n"
    made = built(tmp_path, said, encoding="cp1252")
    assert made.notes[-1] == "suppliers.csv is read as cp1252, not as UTF-8"
    assert made.matches == built(tmp_path, said).matches
    assert not [n for n in built(tmp_path, said, encoding="utf-8-sig").notes if "UTF-8" in n]


def test_rows_of_another_council_are_left_out(tmp_path: Path) -> None:
    path = ledger(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("Salford City Council,01/05/2025,Alpha Homecare Ltd,500000.00,Social care,01111111\n")
    made = build(PlaceData(council="Trafford", files=files_of("spend", [path], tmp_path)), "mytown", tmp_path, "build")
    assert council(made)["procurement"] == 600_000
    note = made.notes[-1]
    assert note.endswith("left out here, as of other councils: Salford City Council: 1 row, £500,000.00")


def of_two_bodies(folder: Path, **more: object) -> Built:
    path = ledger(folder)
    with path.open("a", encoding="utf-8") as file:
        file.write("Cefas,01/05/2025,Alpha Homecare Ltd,30000.00,Social care,01111111\n")
    return build(PlaceData(council="Trafford", files=files_of("spend", [path], folder), **more), "mytown", folder, "build")  # type: ignore[arg-type]


def test_bodies_that_are_no_council_are_told_and_can_be_left_out(tmp_path: Path) -> None:
    made = of_two_bodies(tmp_path)
    assert council(made)["procurement"] == 130_000 * 6
    note = made.notes[-1]
    assert note.startswith("rows counted as the council's, of bodies that are no council we know") and "Cefas: 1 row, £30,000.00" in note
    assert tomllib.loads(made.text)["data"]["found"]["rows_by_body"] == {"Trafford Council": 5, "Cefas": 1}
    chosen = of_two_bodies(tmp_path, bodies=("trafford  council",))
    assert council(chosen)["procurement"] == 600_000
    note = chosen.notes[-1]
    assert note.endswith("as of bodies that were not chosen: Cefas: 1 row, £30,000.00")
    assert council(of_two_bodies(tmp_path, bodies=("Cefas",)))["procurement"] == 30_000 * 12
    assert tomllib.loads(chosen.text)["data"]["bodies"] == ["trafford  council"]
    with pytest.raises(ScenarioError, match=r"--bodies: is named by no file, got 'Cefass'.*Cefas"):
        of_two_bodies(tmp_path, bodies=("Cefass",))


def test_rows_of_no_named_body_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    path.write_text("Supplier,Payment Date,Net Amount\nAcme Ltd,01/04/2025,100.00\n", encoding="utf-8")
    files = files_of("spend", [path], tmp_path)
    made = build(PlaceData(council="Trafford", bodies=("No body named",), files=files), "mytown", tmp_path, "build")
    assert made.data.found.rows_by_body == {"no body named": 1} and made.facts.buyers[made.council.gss].sizes == (1200,)
    other = notices(tmp_path, (300000, "Roads Ltd", "True", "45233000"))
    both = (*files, *files_of("awards", [other], tmp_path))
    with pytest.raises(ScenarioError, match=r'hold no spending of Preston.*takes bodies that they name, and "no body named" for rows'):
        build(PlaceData(council="Preston", bodies=("Preston City Council",), files=both), "mytown", tmp_path, "build")


def test_a_place_file_takes_the_columns_that_the_reader_knows() -> None:
    from changemaking.places.spending.roles import ROLES as READ
    from changemaking.scenarios.place_data import ROLES

    assert set(ROLES) == set(READ)


def test_files_that_gave_no_row_are_named_and_not_cited(tmp_path: Path) -> None:
    own, other = ledger(tmp_path), tmp_path / "salford.csv"
    other.write_text(HEAD + "Salford City Council,01/05/2011,Alpha Homecare Ltd,500.00,Social care,01111111\n", encoding="utf-8")
    made = build(PlaceData(council="Trafford", files=files_of("spend", [own, other], tmp_path)), "mytown", tmp_path, "build")
    assert made.facts.buyers[made.council.gss].cite == "payments: spend.csv (5 of 6 rows)"
    assert made.notes[-1] == "files that gave nothing to the place: salford.csv"
    assert (made.data.found.first, made.data.pounds) == ("2025-04-01", "2025")


@pytest.mark.parametrize("far", ["01/01/2099", "31/12/1990"])
def test_a_date_far_from_all_others_makes_no_month(tmp_path: Path, far: str) -> None:
    rows = [*ROWS, (far, "Alpha Homecare Ltd", "20000.00", "Social care", "01111111")]
    made = build(PlaceData(files=files_of("spend", [ledger(tmp_path, rows=rows)], tmp_path)), "mytown", tmp_path, "build")
    assert council(made)["procurement"] == 120_000 * 6, "its money counts, its month does not"
    assert (made.data.found.first, made.data.found.last) == ("2025-04-01", "2025-05-05")
    day = "-".join(reversed(far.split("/")))
    assert made.notes[-1] == f"dated more than a year apart from all others, so taken for slips and in no month: spend.csv row 8: {day}"
    monthly = next(f for f in made.figures if f.name == "monthly spend")
    assert {line.group for line in monthly.lines} == {"2025-04", "2025-05"}


def test_which_council_must_be_said_when_the_files_do_not(tmp_path: Path) -> None:
    data = PlaceData(files=files_of("spend", [ledger(tmp_path, "A body")], tmp_path))
    with pytest.raises(ScenarioError, match="--council: missing"):
        build(data, "mytown", tmp_path, "build")
    assert build(data, "salford", tmp_path, "build").council.short == "Salford", "a place may be called after its council"


def test_every_number_has_a_source_and_lies_in_its_range(tmp_path: Path) -> None:
    from changemaking.scenarios.paths import best, numbers

    raw = tomllib.loads(built(tmp_path, SUPPLIERS, local_postcodes=("M33",)).text)
    place = {key: value for key, value in raw.items() if key not in ("sources", "data")}
    found = {key: (best(raw["sources"], key), number) for key, number in numbers(place)}
    assert {pattern for pattern, _ in found.values()} == set(raw["sources"])
    for key, (pattern, number) in found.items():
        low, high = raw["sources"][pattern].get("assumed", (float("-inf"), float("inf")))
        assert all(low <= x <= high for x in (number if isinstance(number, list) else [number])), key


def test_a_written_place_loads_runs_and_is_built_again_to_the_letter(tmp_path: Path) -> None:
    from changemaking.experiments.run import simulate

    made = built(tmp_path, SUPPLIERS, local_postcodes=("M33",))
    written = write(made, tmp_path / "out")
    assert {path.name for path in written} == {
        *("mytown.toml", "mytown.unknowns.toml", "mytown.figures.csv", "mytown.suppliers.csv", "mytown.payments.parquet"),
    }
    place = tmp_path / "out" / "mytown.toml"
    assert load_place(place).name == "mytown"
    assert len(simulate(load_scenario("today", {"place": str(place), "horizon.months": 3}), 1).series) == 3
    write(made, tmp_path)
    file, data = load_place_data(tmp_path / "mytown.toml")
    assert build(data, "mytown", tmp_path, file.where, file.raw["title"]).text == (tmp_path / "mytown.toml").read_text(encoding="utf-8")


def test_settings_made_by_hand_are_kept(tmp_path: Path) -> None:
    write(built(tmp_path), tmp_path)
    path = tmp_path / "mytown.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("[data.found]", '[data.mapping."spend*.csv"]\ncategory = "Company Number"\n\n[data.found]'), encoding="utf-8"
    )
    file, data = load_place_data(path)
    again = build(data, "mytown", tmp_path, file.where)
    assert again.data.mapping == {"spend*.csv": {"category": "Company Number"}}
    assert again.facts.buyers[again.council.gss].known == 0, "no number of a company tells a sector"


def test_the_extremes_of_what_is_unknown_are_places_too(tmp_path: Path) -> None:
    made = built(tmp_path)
    found = extremes(made.place, made.data.unknown)
    assert {"least_local", "most_local", "all_suppliers_small", "all_suppliers_large", "least_money", "most_money"} <= found.keys()
    path = write(made, tmp_path)[0]
    firms = {}
    for name, changes in found.items():
        place = load_scenario("today", {"place": str(path), **changes}).place
        firms[name] = {kind: sum(g.count for g in place.firms if g.kind == kind) for kind in ("sme", "large")}
    assert firms["all_suppliers_small"]["large"] == 0 < firms["all_suppliers_small"]["sme"]
    assert sum(firms["all_suppliers_large"].values()) == sum(firms["all_suppliers_small"].values()) == sum(firms["least_local"].values())


def test_every_unknown_share_has_its_ends_among_the_arms(tmp_path: Path) -> None:
    """Of 100,000: 20,000 surely with a voluntary body and 70,000 perhaps, 10,000 of no known sector."""
    made = built(tmp_path)
    path = write(made, tmp_path)[0]
    unknown = {**made.data.unknown, "public": (0.0, 0.25)}
    assert {"local", "region", "sme", "large", "vcs", "public", "sector"} == unknown.keys()
    found = {name: load_scenario("today", {"place": str(path), **changes}).place for name, changes in extremes(made.place, unknown).items()}
    as_built = load_place(path)
    for name, low in (("least_voluntary", 0.2), ("most_voluntary", 0.9)):
        for sector in {group.sector for group in as_built.firms}:
            counts = [(group.kind == "vcs", group.count) for group in found[name].firms if group.sector == sector]
            total = sum(group.count for group in as_built.firms if group.sector == sector)
            assert sum(many for _, many in counts) == total and sum(many for is_one, many in counts if is_one) == round(total * low)
    assert found["least_public"].commissioners[0].procurement == 600_000
    assert found["most_public"].commissioners[0].procurement == 450_000
    sectors = {service.name: service.sector for service in as_built.services}
    ends = {
        sector: sum(line.share for line in found[f"unknown_sector_{sector}"].commissioners[0].lines if sectors[line.service] == sector)
        for sector in ("care", "ict")
    }
    assert ends["care"] == pytest.approx(0.6 + 0.1, abs=2e-4) and ends["ict"] == pytest.approx(0.3 + 0.1, abs=2e-4)


def test_buyers_that_are_no_council_are_told_and_can_be_chosen(tmp_path: Path) -> None:
    path = notices(tmp_path, (300000, "Roads Ltd", "True", "45233000"), (100000, "Bins Ltd", "False", "90500000"))
    path.write_text(path.read_text(encoding="utf-8").replace("t,Preston City Council", "t,Harbour Trust", 1), encoding="utf-8")
    nothing = tmp_path / "none.csv"
    nothing.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n00000009-0000-0000-0000-000000000000,t,X,cancelled,Contract"
                       + ",2024-01-01,,0,0,,,,\n", encoding="utf-8")  # fmt: skip
    files = files_of("awards", [path, nothing], tmp_path)
    made = build(PlaceData(council="Preston", files=files), "mytown", tmp_path, "build")
    assert "but in the market of suppliers: Harbour Trust: 1 award, £300,000.00" in made.notes[0]
    assert made.notes[1] == "files that gave nothing to the place: none.csv"
    buyer = made.facts.buyers[made.council.gss]
    assert buyer.sizes == (100_000,) and buyer.cite == "awards: notices.csv (1 of 2 rows)"
    assert made.facts.market and made.facts.market.cite == "awards: notices.csv (2 of 2 rows)"
    assert tomllib.loads(made.text)["data"]["found"]["awards_by_body"] == {"Harbour Trust": 1, "Preston City Council": 1}
    both = build(PlaceData(council="Preston", bodies=("harbour trust", "Preston City Council"), files=files), "mytown", tmp_path, "build")
    assert both.facts.buyers[both.council.gss].sizes == (100_000, 300_000)
    one = build(PlaceData(council="Preston", bodies=("Harbour Trust",), files=files), "mytown", tmp_path, "build")
    assert one.facts.buyers[one.council.gss].sizes == (300_000,)


def notices(folder: Path, *awards: tuple[int, str, str, str]) -> Path:
    """Award notices of Preston: pounds, supplier, whether it is an SME, CPV code."""
    path = folder / "notices.csv"
    head = "id,title,organisation,status,notice_type,published_date,awarded_date,value_low,value_high,awarded_value,awarded_supplier,"
    rows = [
        f"{i:08x}-0000-0000-0000-000000000000,t,Preston City Council,awarded,Contract,2024-01-01,2024-02-0{i},0,0,{value},{who},{sme},{cpv}"
        for i, (value, who, sme, cpv) in enumerate(awards, 1)
    ]
    path.write_text(head + "awarded_to_sme,cpv_codes\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_person_has_one_number_in_payments_and_notices(tmp_path: Path) -> None:
    """Two persons are not one because each was the first of its kind of file."""
    files = files_of("awards", [notices(tmp_path, (9000, "Jane Hartley", "True", "85000000"))], tmp_path)
    rows = [("01/04/2025", name, "500.00", "Social care", "") for name in ("Harold Cooper", "JANE HARTLEY")]
    files += files_of("spend", [ledger(tmp_path, "Preston City Council", rows)], tmp_path)
    found = build(PlaceData(files=files), "mytown", tmp_path, "build").read
    (batch,) = found.spending.batches()  # type: ignore[union-attr]
    assert batch.column("supplier").to_pylist() == ["person 2", "person 1"], "the notices' person 1 is the second who was paid"
    assert {facts.name: facts.sme for facts in found.suppliers.values()} == {"person 1": True, "person 2": None}


def test_notices_alone_make_a_place(tmp_path: Path) -> None:
    path = notices(
        tmp_path,
        (300000, "Roads Ltd", "True", "45233000"),
        (100000, "Bins Ltd", "False", "90500000"),
        (100000, "Bins Ltd", "False", "90500000"),
    )
    made = build(PlaceData(files=files_of("awards", [path], tmp_path)), "mytown", tmp_path, "build")
    assert made.council.short == "Preston" and made.data.found.awards == 3 and made.data.pounds == "2025/26"
    buyer = made.facts.buyers[made.council.gss]
    assert buyer.sectors == {"construction": 0.6, "waste": 0.4} and buyer.sizes == (100_000, 100_000, 300_000)
    assert buyer.kinds["sme"] == (0.0, 0.6) and buyer.kinds["large"] == (0.0, 0.4), "small or voluntary; large, voluntary or public"
    shares = {line["service"]: line["share"] for line in council(made)["lines"]}
    assert shares["waste"] + shares["street cleaning"] == pytest.approx(0.4, abs=1e-3)


def test_an_input_output_table_gives_supply_shares(tmp_path: Path) -> None:
    from changemaking.places.building.economy import sectors
    from changemaking.places.building.people import districts
    from changemaking.places.reference import authority, region_of

    towns = districts(region_of(authority("Trafford"))[1])
    plain = sectors(authority("Trafford"), towns)
    given = sectors(authority("Trafford"), towns, {row["name"]: (0.1, 0.05) for row in plain})
    assert all(row["local_supply"] == 0.1 and row["region_supply"] == 0.05 for row in given)
    assert [row["labour_share"] for row in given] == [row["labour_share"] for row in plain]


def test_a_file_of_another_kind_given_as_payments_is_named_with_where_it_belongs(tmp_path: Path) -> None:
    path = notices(tmp_path, (300000, "Roads Ltd", "True", "45233000"))
    with pytest.raises(ScenarioError, match=r"notices\.csv: holds no payments .*, got contracts register; .* award notices .* --awards"):
        build(PlaceData(files=files_of("spend", [path], tmp_path)), "preston", tmp_path, "build")


def test_payments_of_none_of_the_council_say_whose_they_are(tmp_path: Path) -> None:
    data = PlaceData(council="Salford", files=files_of("spend", [ledger(tmp_path)], tmp_path))
    with pytest.raises(ScenarioError, match=r"got 0 rows .* in files of Trafford Council"):
        build(data, "mytown", tmp_path, "build")


def test_a_single_row_of_no_money_is_one_row(tmp_path: Path) -> None:
    path = ledger(tmp_path, rows=[("01/04/2025", "Alpha Homecare Ltd", "-0.01", "Social care", "01111111")])
    with pytest.raises(ScenarioError, match=r"got 1 row of -0\.01 pounds, in files"):
        build(PlaceData(files=files_of("spend", [path], tmp_path)), "mytown", tmp_path, "build")


def test_a_place_file_may_begin_with_files_and_a_mapping_alone(tmp_path: Path) -> None:
    """As docs/places.md shows it, for a file whose columns are not found."""
    import re

    page = (Path(__file__).parents[2] / "docs" / "places.md").read_text(encoding="utf-8")
    (short,) = re.findall(r"holds no more than this.*?```toml\n(.*?)```", page, re.S)
    (tmp_path / "april.csv").write_text("Payment Date,Supplier,Value,Body\n01/04/2025,Acme Ltd,9000,Trafford Council\n", encoding="utf-8")
    (tmp_path / "mytown.toml").write_text(short, encoding="utf-8")
    file, data = load_place_data(tmp_path / "mytown.toml")
    assert build(data, "mytown", tmp_path, file.where).data.found.pence_used == 9000_00


@pytest.mark.parametrize(
    ("pattern", "heading", "said"),
    [
        ("spend*", "Net Amont", r"spend\*\.amount: names no heading of the file \(spend\.csv\), got .* did you mean 'Net Amount'\?$"),
        ("spent.csv", "Net Amount", r"spent\.csv: fits no file that is read; .* did you mean 'spend\.csv'\?$"),
    ],
)
def test_a_mistake_in_a_mapping_is_one_of_the_place_file(tmp_path: Path, pattern: str, heading: str, said: str) -> None:
    data = PlaceData(files=files_of("spend", [ledger(tmp_path)], tmp_path), mapping={pattern: {"amount": heading}})
    with pytest.raises(ScenarioError, match=rf"^mytown\.toml: data\.mapping\.{said}"):
        build(data, "mytown", tmp_path, "mytown.toml")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "names nothing to build from"),
        (("spend", "nothing.csv"), "no such file"),
        (("suppliers", "suppliers.csv"), "names nothing to build from"),
    ],
)
def test_refuses_what_it_cannot_build_from(files: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    named = files_of(files[0], [tmp_path / files[1]], tmp_path) if files else ()  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match=said):
        build(PlaceData(council="Trafford", files=named), "mytown", tmp_path, "build")


def test_a_table_of_suppliers_tells_of_those_who_won(tmp_path: Path) -> None:
    """By company number, by name and by a similar name, with their kinds and where they are."""
    path = notices(tmp_path, *((100000, who, "", "45233000") for who in ("Roads Ltd", "Tarmac & Sons Ltd", "Kerb Ltd", "Nobody Ltd")))
    (tmp_path / "firms.csv").write_text(
        "supplier,postcode,size,turnover\nROADS LIMITED,PR1 2RL,large,9\nTarmac and Son Ltd,M1 2AA,sme,9\nKerb Ltd,B1 1AA,sme,9\n"
    )
    files = files_of("awards", [path], tmp_path)
    asked = {"local_postcodes": ("PR",), "region_postcodes": ("M",)}
    alone = build(PlaceData(files=files, **asked), "mytown", tmp_path, "build")  # type: ignore[arg-type]
    files += files_of("suppliers", [tmp_path / "firms.csv"], tmp_path)
    made = build(PlaceData(files=files, **asked), "mytown", tmp_path, "build")  # type: ignore[arg-type]
    found = {match.name: match.method for match in made.matches.matched}  # type: ignore[union-attr]
    assert found == {"ROADS LIMITED": "name", "Tarmac and Son Ltd": "similar name", "Kerb Ltd": "name"}
    before, after = (one.facts.buyers[one.council.gss] for one in (alone, made))
    assert before.local == (0, 1) and before.kinds["large"] == (0, 1)
    assert after.local == (0.25, 0.5) and after.region == (0.25, 0.5)
    assert after.kinds["large"] == (0, 0.5), "Roads is large or a voluntary body, and nobody knows Nobody"
    assert made.notes[-1] == 'columns of firms.csv not used: "turnover"'
    rows = {row[0]: row[-3:] for row in supplier_rows(made)}
    assert rows["Roads Ltd"] == ["name", 100.0, "firms.csv row 2"] and rows["Nobody Ltd"] == [None] * 3


def test_suppliers_of_payments_and_of_awards_are_found_each_once(tmp_path: Path) -> None:
    path = notices(tmp_path, (100000, "Alpha Homecare Ltd", "", "85000000"), (100000, "Roads Ltd", "", "45233000"))
    (tmp_path / "suppliers.csv").write_text(f"{SUPPLIERS}Roads Ltd,M1 1AA,sme\n", encoding="utf-8")
    files = (*files_of("spend", [ledger(tmp_path)], tmp_path), *files_of("suppliers", [tmp_path / "suppliers.csv"], tmp_path))
    made = build(PlaceData(council="Trafford", files=(*files, *files_of("awards", [path], tmp_path))), "mytown", tmp_path, "build")
    assert made.matches and {m.key for m in made.matches.matched} == {"alpha homecare", "gamma software", "roads"}
    assert len(made.matches.suppliers) == 5 and len(made.matches.matched) + len(made.matches.unmatched) == 5


@pytest.mark.parametrize(("text", "found"), [("[]", "0"), ('{"releases": []}', "0"), ('[{"ocid": "a"}]', "1")])
def test_files_that_give_nothing_make_no_place(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "arr.json").write_text(text)
    data = PlaceData(council="Trafford", files=files_of("awards", [tmp_path / "arr.json"], tmp_path))
    with pytest.raises(
        ScenarioError, match=rf"^arr\.json: gave nothing to build from, got notices, {found} read with awards in pounds in none"
    ):
        build(data, "mytown", tmp_path, "build")


def test_one_row_is_cited_as_one(tmp_path: Path) -> None:
    note = of_pounds(tmp_path, "500000.00").place["sources"]["commissioners.Trafford Metropolitan Borough Council.procurement"]
    assert note["data"] == "payments: spend.csv (1 of 1 row)"


def test_the_two_shipped_places_are_what_their_files_give() -> None:
    from changemaking.scenarios.files import shipped

    for name in ("trafford", "preston_notices"):
        path = shipped("place")[name]
        file, data = load_place_data(name)
        again = build(data, name, path.parent, file.where, file.raw["title"])
        assert again.text == path.read_text(encoding="utf-8"), f"build it again: changemaking place build {name}"
