"""Every figure by name, and all the figures of a comparison written to a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from . import words
from .effects import effects_figure
from .flows import flows_figure
from .one_run import run_figure
from .paths import paths_figure
from .reading import pairs, paths_name
from .regimes import regime_map
from .shares import PRINCIPLES, money_figure, principles_figure
from .style import Picture, save

__all__ = [
    "comparison_figures",
    "effects_figure",
    "flows_figure",
    "money_figure",
    "paths_figure",
    "principles_figure",
    "regime_map",
    "run_figure",
]


def pictures(comparison: Any) -> dict[str, Picture]:
    """All figures of a comparison by file name, those without data left out."""
    out: dict[str, Picture] = {}
    measured = set(comparison.effects["measure"])
    if measured & set(words.MAIN):
        out["effects"] = effects_figure(comparison)
    if {"share_local", "share_region"} <= measured:
        out["money"] = money_figure(comparison)
    if set(PRINCIPLES) & measured:
        out["principles"] = principles_figure(comparison)
    if len(comparison.monthly):
        for scenario, baseline in pairs(comparison):
            name = unused(paths_name(scenario, baseline), out)
            out[name] = paths_figure(comparison, scenario, baseline)
    return out


def unused(name: str, taken: Any) -> str:
    """The name, or the name with a number if it is taken."""
    names = [name, *(f"{name}-{i}" for i in range(2, len(taken) + 3))]
    return next(n for n in names if n not in taken)


def comparison_figures(comparison: Any, folder: str | os.PathLike[str], fingerprint: str = "") -> list[tuple[Path, str]]:
    """Write every figure of a comparison into `folder`, as PNG and SVG.

    Returns (path of the SVG, text alternative) per figure; the PNG lies beside it. `fingerprint` names the record of the
    runs in the files' metadata. Raises OSError if the folder cannot be written.
    """
    return [(save(picture, folder, name, fingerprint)[1], picture.alt) for name, picture in pictures(comparison).items()]
