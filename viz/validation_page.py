"""The page of the validation, in Markdown: misses first, what was used to calibrate apart from what was not."""

from __future__ import annotations

from collections.abc import Sequence

from ..experiments.validation import Validation
from .words import amount, count


def report(made: Validation) -> str:
    """The validation as a page of Markdown: misses first, what was not used to calibrate before what was."""
    free = [f for f in made.figures if f.fitted == "no"]
    tied = [f for f in made.figures if f.fitted != "no"]
    lines = [
        "# Validation",
        "",
        f"Made by `changemaking validation --seeds {made.seeds}`; do not edit by hand.",
        "",
        "Every published figure that the model has an answer to, beside what single runs give (95% of them). A figure of one place",
        "and year is one history, so it counts as met if it lies where 95% of runs do. *Fitted* says what of it was an input; nothing",
        "in the first two tables was used to set a parameter. Sources stand in `scenarios/evidence.toml` under the ids given.",
        "",
        f"Met: {sum(f.hit for f in free)} of {count(len(free), 'figure')} not used to calibrate; {sum(f.hit for f in tied)} of {len(tied)} "
        f"that share an input with the model; {sum(e.hit for e in made.exact)} of {count(len(made.exact), 'known answer')}, exactly.",
        f"Runs that differ widely are easily met: of the {sum(f.hit for f in free)}, {sum(f.hit and f.telling for f in free)} are told by "
        "runs that span less than the figure itself; the others are marked *wide*. *Error* is that of the mean, as a share of the figure.",
    ]
    parts = (
        ("Missed, and not used to calibrate", [f for f in free if not f.hit]),
        ("Met, and not used to calibrate", [f for f in free if f.hit]),
        ("Missed, though something of it was an input", [f for f in tied if not f.hit]),
        ("Met, with something of it an input", [f for f in tied if f.hit]),
    )
    for heading, figures in parts:
        lines += ["", f"## {heading}", ""]
        if not figures:
            lines.append("None.")
            continue
        fitted = figures[0].fitted != "no"
        head = ["Figure", "Published", "Mean", "95% of runs", "Error", "From", "Evidence", *(["Fitted"] if fitted else [])]
        lines += [_row(head), _row(["---", "---:", "---:", "---:", "---:", "---", "---", *(["---"] if fitted else [])])]
        for f in figures:
            span = f"{amount(f.low, f.unit)} to {amount(f.high, f.unit)}{'' if f.telling or not f.hit else ', *wide*'}"
            cells = [
                f.label,
                amount(f.published, f.unit),
                amount(f.mean, f.unit),
                span,
                f"{f.error:+.0%}".replace("-", "−"),
                f.origin,
                f"`{f.evidence}`",
            ]
            lines.append(_row([*cells, *([f.fitted] if fitted else [])]))
    lines += ["", "## Known answers", "", "What the arithmetic must give, whatever the parameters.", ""]
    lines += [_row(["Answer", "Known", "Found", "", "Evidence"]), _row(["---", "---:", "---:", "---", "---"])]
    for e in sorted(made.exact, key=lambda e: e.hit):
        found = f"{e.found:.{e.decimals}f}"
        lines.append(_row([e.label, f"{e.known:.{e.decimals}f}", found, "met" if e.hit else "**missed**", f"`{e.evidence}`"]))
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
