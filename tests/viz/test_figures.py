"""Figures: written, deterministic, told in words, and leaving matplotlib as they found it."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from PIL import Image

from changemaking.model.measures import INDEX, MEASURES
from changemaking.model.outcome import Event, Outcome
from changemaking.viz import figures, paths, shares, style, words
from changemaking.viz.flows import flows_figure, gathered
from changemaking.viz.reading import rolling_year
from changemaking.viz.shares import kinds, rings


@pytest.fixture(scope="module")
def written(comparison: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    return figures.comparison_figures(comparison, tmp_path_factory.mktemp("figures"), "f1ngerpr1nt")


def test_every_figure_is_written_in_both_forms(written: list[tuple[Path, str]]) -> None:
    assert [p.stem for p, _ in written] == [
        "effects",
        "money",
        "principles",
        "paths-made-up-a-against-made-up-base",
        "paths-made-up-b-against-made-up-base",
    ]
    for path, alt in written:
        svg, png = path.read_text(encoding="utf-8"), Image.open(path.with_suffix(".png"))
        assert path.suffix == ".svg" and svg.rstrip().endswith("</svg>")
        assert "f1ngerpr1nt" in svg and png.info["Source"] == "f1ngerpr1nt"
        assert png.info["Description"] == alt and 'role="img"' in svg and len(alt) > 80
        assert min(np.asarray(png.convert("L")).std(), png.width / 600) > 1, "an empty picture"


def test_the_same_data_give_the_same_bytes(comparison: SimpleNamespace, written: list[tuple[Path, str]], tmp_path: Path) -> None:
    again = figures.comparison_figures(comparison, tmp_path, "f1ngerpr1nt")
    assert [alt for _, alt in again] == [alt for _, alt in written]
    for (a, _), (b, _) in zip(again, written, strict=True):
        for ending in (".svg", ".png"):
            assert a.with_suffix(ending).read_bytes() == b.with_suffix(ending).read_bytes()


def test_pictures_refer_to_nothing_outside(written: list[tuple[Path, str]]) -> None:
    for path, _ in written:
        svg = path.read_text(encoding="utf-8")
        svg = re.sub(r"<!DOCTYPE.*?>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
        assert not re.search(r'https?://(?!www\.w3\.org/(1999/xlink|2000/svg)")', svg)
        assert not re.search(r'(src|href)="(?!#)', svg) and "<script" not in svg


@pytest.mark.parametrize("count", [1, 2, 6, 12, 18, 24, 36, 47, 60, 240])
def test_ticks_of_time_are_all_different_and_true(count: int) -> None:
    """Years in long runs, months in short ones: no label twice, each where it says."""
    calendar = [f"{2013 + (i + 6) // 12}-{(i + 6) % 12 + 1:02d}" for i in range(count)]
    axes = style.blank(4, 3, "Made up", "").add_axes((0.1, 0.1, 0.8, 0.6))
    x = paths.years(calendar)
    axes.set_xlim(*paths.span(x))
    axes.plot(x, np.zeros(count))
    paths._tidy(axes, "share", 3)
    low, high = axes.get_xlim()
    ticks = [(at, axes.xaxis.get_major_formatter()(at)) for at in axes.get_xticks() if low <= at <= high]
    labels = [label for _, label in ticks]
    assert labels and len(set(labels)) == len(labels) <= 7
    for at, label in ticks:
        assert at == pytest.approx(paths.years([label])[0] if "-" in label else float(label))
    assert all(("-" in label) == (count < 44) for label in labels)


def inside(picture: style.Picture) -> bool:
    """Whether all that is drawn lies within the picture."""
    with style.look():
        box = picture.get_tightbbox()
    width, height = picture.get_size_inches()
    return bool(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height)


def test_nothing_stands_outside_the_picture(comparison: SimpleNamespace) -> None:
    for name, picture in figures.pictures(comparison).items():
        assert inside(picture), name
    assert inside(regime(positive="phased contracts better", negative="bundled contracts better"))
    assert inside(regime(title="preston_weight_only less phased_codesign: " + "trust between buyers " * 3, subtitle="a long name " * 15))


def test_the_forest_plot_says_what_the_effects_say(comparison: SimpleNamespace) -> None:
    alt = figures.effects_figure(comparison).alt
    first = comparison.effects[comparison.effects["scenario"] == "made-up-a"]
    counts = [words.verdict(e.low, e.high, words.known(e.measure).better) for e in first.itertuples() if e.measure in words.MAIN]
    assert f"{counts.count('better')} better" in alt and f"{counts.count('worse')} worse" in alt


def test_a_title_is_text_and_not_a_formula(comparison: SimpleNamespace) -> None:
    odd = SimpleNamespace(**vars(comparison) | {"titles": {"made-up-a": r"$\undefined{$ <b>&</b>", "made-up-b": "x" * 300}})
    for picture in figures.pictures(odd).values():
        assert picture.alt
        with style.look():
            picture.canvas.draw()


def test_levels_that_differ_are_not_printed_alike() -> None:
    assert shares._told_apart(0.6584, 0.6571, True) == ("0.658", "0.657") and shares._told_apart(0.2006, 0.2012, True) == (
        "0.2006",
        "0.2012",
    )
    assert shares._told_apart(0.6584, 0.6571, False) == ("0.66", "0.66") and shares._told_apart(0.5, 0.5, True) == ("0.50", "0.50")


def test_a_title_without_a_glyph_gives_no_warning(tmp_path: Path) -> None:
    figure = Figure((2, 1))
    figure.text(0.1, 0.5, "\U0001f680")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.save(figure, tmp_path, "glyph")


def test_settings_of_matplotlib_are_left_alone(comparison: SimpleNamespace, tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    style.save(figures.effects_figure(comparison), tmp_path, "x")
    assert dict(matplotlib.rcParams) == before


def test_shares_add_up() -> None:
    values = {"share_local": 0.2, "share_region": 0.5, "share_large": 0.4, "share_sme": 0.2, "share_vcs": 0.1, "share_in_house": 0.25}
    assert rings(values) == pytest.approx({"local": 0.2, "region": 0.3, "elsewhere": 0.5})
    assert kinds(values) == pytest.approx({"large": 0.4, "sme": 0.2, "vcs": 0.1, "in_house": 0.25, "other": 0.05})
    assert rings({"share_local": float("nan"), "share_region": 0.5}) == {} == kinds({})


def regime(**labels: str) -> style.Picture:
    x, y = np.linspace(0, 0.6, 7), np.linspace(0.7, 1, 8)
    values = (x[None, :] - 0.3) * 3 + (y[:, None] - 0.85)
    return figures.regime_map(values, values - 0.4, values + 0.4, x, y, labels)


def test_the_regime_map_counts_its_cells() -> None:
    x, y = np.linspace(0, 0.6, 7), np.linspace(0.7, 1, 8)
    values = (x[None, :] - 0.3) * 3 + (y[:, None] - 0.85)
    plus, minus = int((values - 0.4 > 0).sum()), int((values + 0.4 < 0).sum())
    alt = regime(positive="phased", negative="bundled").alt
    assert f"Of 56 cells, {plus} are clearly phased, {minus} clearly bundled, {56 - plus - minus} without" in alt


def test_the_regime_map_hatches_only_what_is_unclear() -> None:
    hatched = [p for p in regime().axes[0].collections if p.get_hatch()]
    x, y = np.linspace(0, 0.6, 7), np.linspace(0.7, 1, 8)
    values = (x[None, :] - 0.3) * 3 + (y[:, None] - 0.85)
    assert len(hatched) == int((np.abs(values) <= 0.4).sum())


def zero_lines(picture: style.Picture) -> list[tuple[float, np.ndarray]]:
    """Width and corners of every line that is drawn over a map."""
    found = [c for c in picture.axes[0].collections if isinstance(c, QuadContourSet)]
    return [(float(c.get_linewidth()[0]), np.concatenate([path.vertices for path in c.get_paths()])) for c in found]


def test_the_regime_map_shows_how_far_the_line_might_lie_elsewhere() -> None:
    """Of a plane with an interval of ± 0.4 the mean is zero on one line and the interval's ends on two beside it, each told in the key."""
    found = zero_lines(regime())
    assert [wide > 1 for wide, _ in found] == [True, False, False]
    for (_, corners), level in zip(found, (0.0, 0.4, -0.4), strict=True):
        plane = (corners[:, 0] - 0.3) * 3 + (corners[:, 1] - 0.85)
        assert len(plane) > 5 and plane == pytest.approx(np.full(len(plane), level), abs=1e-9)
    told = [text.get_text() for text in regime().legends[0].get_texts()]
    assert told == ["no clear difference", "mean is zero", "95% interval has\nan end at zero"]


def test_lines_that_cannot_be_drawn_are_not_in_the_key() -> None:
    grid, nothing = np.array([[1.0, 2.0], [2.0, 3.0]]), np.full((2, 2), np.nan)
    half = figures.regime_map(grid, grid - 2.5, grid + 2.5, [0, 1], [0, 1])
    assert len(zero_lines(half)) == 1 and [text.get_text()[:3] for text in half.legends[0].get_texts()] == ["no ", "95%"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alone = figures.regime_map(grid, nothing, nothing, [0, 1], [0, 1])  # one seed: no interval
    assert not zero_lines(alone)


def test_hatching_is_seen_on_a_full_colour_too() -> None:
    values = np.array([[0.1, 1.0]])
    colours = [
        p.get_edgecolor() for p in figures.regime_map(values, values - 2, values + 2, [0, 1], [0]).axes[0].collections if p.get_hatch()
    ]
    assert [to_hex(colour[0]) for colour in colours] == [style.UNCLEAR.lower(), style.PAPER.lower()]


def test_the_regime_map_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="must be"):
        figures.regime_map(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((3, 2)), [0, 1, 2], [0, 1])
    with pytest.raises(ValueError, match="increase"):
        figures.regime_map(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)), [1, 0], [0, 1])


def test_one_run_on_one_page(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    series = rng.uniform(0.1, 0.9, (48, len(MEASURES)))
    series[:6, 3] = np.nan
    events = tuple(
        Event(int(m), kind, 1, "Buyer", "Provider", "Service", 1.0) for kind in ("award", "failure") for m in rng.integers(0, 48, 9)
    )
    picture = figures.run_figure(Outcome("made-up", 5, "2020-04", series, {}, events))
    assert "seed 5" in picture.alt and "9 awards" in picture.alt and "9 contracts failed" in picture.alt and inside(picture)
    assert all(p.stat().st_size > 10_000 for p in style.save(picture, tmp_path, "run"))


def test_a_folder_that_cannot_be_written_leaves_nothing(comparison: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OSError):
        figures.comparison_figures(comparison, tmp_path / "taken")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_who_pays_whom_adds_up(tmp_path: Path) -> None:
    kinds_ = ["council", "sme", "residents", "elsewhere", "tiny"]
    pence = np.array([[0, 50, 10, 5, 0], [0, 5, 20, 10, 0], [3, 2, 0, 30, 1], [40, 0, 20, 0, 0], [0, 0, 1, 0, 0]]) * 100_000
    table = pd.DataFrame(pence, index=kinds_, columns=kinds_)
    shares = gathered(table, smallest=0.02)
    assert sum(shares.values()) == pytest.approx(1) and ("council", "sme") in shares
    assert not any("tiny" in pair for pair in shares) and any("others" in pair for pair in shares)
    picture = flows_figure(SimpleNamespace(who_pays_whom=lambda by: table, seed=1, title="Made-up"))
    assert "council to small and medium providers 25%" in picture.alt and inside(picture)
    style.save(picture, tmp_path, "flows")


def test_a_run_without_payments_has_no_flows() -> None:
    assert gathered(pd.DataFrame([[0]], index=["a"], columns=["a"])) == {}


def test_a_rolling_year_is_compared_pair_by_pair() -> None:
    rng = np.random.default_rng(5)
    series = {(name, s): rng.normal(size=(30, len(MEASURES))) for name in ("a", "b") for s in (1, 2, 3)}
    outcomes = {key: Outcome(key[0], key[1], "2020-11", value, {}) for key, value in series.items()}
    comparison = SimpleNamespace(outcomes=outcomes, common=lambda p, b: [1, 2, 3])
    table = rolling_year(comparison, "a", "b", "spend")
    pairs = [series["a", s][4:16, INDEX["spend"]].sum() - series["b", s][4:16, INDEX["spend"]].sum() for s in (1, 2, 3)]
    assert len(table) == 19 and list(table["month"])[::18] == ["2021-10", "2023-04"]
    assert table["difference"][4] == pytest.approx(np.mean(pairs))
    assert table["high"][4] - table["difference"][4] == pytest.approx(4.302652729911275 * np.std(pairs, ddof=1) / 3**0.5)
