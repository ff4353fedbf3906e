"""One look for every figure, and the one place that draws to disk.

Figures are matplotlib Figures of the object-oriented interface: no pyplot, no window, no state shared with the caller.
The same data give the same bytes: SVG ids are salted with a constant and no date is written.
"""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from html import escape
from pathlib import Path
from threading import RLock
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter

from . import words

# Okabe and Ito (2008), Color Universal Design: told apart with any common colour vision.
BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE = "#56B4E9", "#CC79A7"
INK, SOFT, RULE, PAPER, WASH = "#1F2933", "#5B6670", "#D5DADF", "#FFFFFF", "#F4F6F8"

BETTER, WORSE, MOVED, UNCLEAR = BLUE, "#BF4F00", INK, "#8A949E"
BASELINE = "#7A848E"
POLICIES = (BLUE, "#BF4F00", "#007A5A", "#9C4F7C", "#A87400", "#2F7FB0")
RINGS = {"local": BLUE, "region": SKY, "elsewhere": "#D0D6DB"}
KINDS = {"large": "#C6CDD3", "sme": ORANGE, "vcs": "#007A5A", "in_house": PURPLE, "other": "#E9ECEF"}
MARKERS = {"better": "^", "worse": "v", "higher": "D", "lower": "D", "unclear": "o", "same": "o", "unknown": "x"}
COLOURS = {"better": BETTER, "worse": WORSE, "higher": MOVED, "lower": MOVED, "unclear": UNCLEAR, "same": UNCLEAR, "unknown": UNCLEAR}

DPI = 160
SMALLEST = 4.0  # points, to which a long title shrinks
SMALL, BODY, TITLE = 8.5, 10.0, 14.0

_RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so text is laid out the same everywhere
    "font.size": BODY,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.labelsize": SMALL,
    "axes.titlesize": BODY,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "grid.color": "#E6EAED",
    "grid.linewidth": 0.7,
    "lines.solid_capstyle": "round",
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in somebody's title is a dollar sign
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "changemaking",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.6,
    "path.simplify": True,
}
_LOCK = RLock()
P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def look() -> Iterator[None]:
    """Our settings while it lasts; matplotlib keeps its settings for the whole process, hence the lock."""
    with _LOCK, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)
        yield


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """A function that draws, made to draw in our look."""

    @wraps(draw)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        with look():
            return draw(*args, **kwargs)

    return inner


class Picture(Figure):
    """A Figure with its text alternative: `alt` says in words, from the data, what the figure shows."""

    alt: str = ""

    def _repr_png_(self) -> bytes:
        """Shown by notebooks, which know Figures of pyplot only."""
        from io import BytesIO

        with look():
            out = BytesIO()
            self.savefig(out, format="png", dpi=110)
        return out.getvalue()


def blank(width: float, height: float, title: str = "", subtitle: str = "") -> Picture:
    """An empty Picture of that size in inches, its title at the top left."""
    figure = Picture(figsize=(width, height))
    FigureCanvasAgg(figure)
    if title:
        figure.text(0.02, 1 - 0.14 / height, title, fontsize=TITLE, fontweight="bold", va="top", ha="left")
    if subtitle:
        figure.text(0.02, 1 - 0.47 / height, subtitle, fontsize=BODY, color=SOFT, va="top", ha="left", linespacing=1.35)
    for text in figure.texts:  # names of one's own may be long
        while (size := float(text.get_fontsize())) > SMALLEST and text.get_window_extent().width > 0.95 * figure.bbox.width:
            text.set_fontsize(0.97 * size)  # step by step: widths do not shrink quite as sizes do
    return figure


def bare(axes: Axes, keep: tuple[str, ...] = ()) -> None:
    """No frame but the sides named."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)


class Units(Formatter):
    """Labels of an axis in a unit of `Measure`, with signs if it shows a difference."""

    def __init__(self, unit: str, sign: bool = False) -> None:
        self.unit, self.sign = unit, sign

    def __call__(self, x: float, pos: int | None = None) -> str:
        return words.ticks([x], self.unit, self.sign)[0]

    def format_ticks(self, values: Any) -> list[str]:
        return words.ticks([float(v) for v in values], self.unit, self.sign)


def write_whole(path: Path, data: bytes) -> None:
    """The whole file or none of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _named(svg: bytes, title: str, alt: str) -> bytes:
    """The SVG with a title and a description that screen readers find."""
    head = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(alt)}</desc>'
    text = svg.decode()
    text = re.sub(r"<svg ", '<svg role="img" aria-labelledby="title desc" ', text, count=1)
    start = text.index("<svg ")
    end = text.index(">", start) + 1
    return (text[:end] + "\n " + head + text[end:]).encode()


def svg_of(figure: Figure, name: str, fingerprint: str = "") -> bytes:
    """The figure as an SVG file with its name and its text alternative."""
    from io import BytesIO

    alt, svg = getattr(figure, "alt", ""), BytesIO()
    with look(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")  # a title may hold what no font here has
        figure.savefig(
            svg,
            format="svg",
            metadata={"Date": None, "Creator": "changemaking", "Title": name, "Description": alt, "Identifier": fingerprint or None},
        )
    return _named(svg.getvalue(), name, alt)


def save(figure: Figure, folder: str | os.PathLike[str], name: str, fingerprint: str = "") -> list[Path]:
    """Write `name`.png and `name`.svg into `folder` (made if missing) and return both paths.

    Both carry `fingerprint`, which names the record of the run, in their metadata. Raises OSError if it cannot write.
    """
    from io import BytesIO

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    alt = getattr(figure, "alt", "")
    png = BytesIO()
    with look(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")  # a title may hold what no font here has
        figure.savefig(
            png,
            format="png",
            dpi=DPI,
            metadata={"Software": "changemaking", "Title": name, "Description": alt, "Source": fingerprint},
        )
    paths = [folder / f"{name}.png", folder / f"{name}.svg"]
    write_whole(paths[0], png.getvalue())
    write_whole(paths[1], svg_of(figure, name, fingerprint))
    return paths
