"""The command line: one file per command.

Importing this loads typer and nothing heavier; each command imports what it needs when it runs, so that
`changemaking --help` answers at once.
"""

from __future__ import annotations

import sys

import typer

from . import analyses, compare, multipliers, patterns, place, reproduce, run, scenarios, sweep, validation, verify, workshop
from .common import ended_by_sigterm

app = typer.Typer(
    name="changemaking",
    help="An agent-based laboratory of partnerships between the public and private sectors.",
    epilog="Start with: changemaking scenarios list; changemaking run tiny; changemaking compare bundled phased --seeds 20",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        typer.echo(f"changemaking {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version and leave."),
) -> None:
    pass


app.command("run")(run.command)
app.command("compare")(compare.command)
app.command("sweep")(sweep.command)
app.command("sensitivity")(analyses.sensitivity)
app.command("discover")(analyses.discover)
app.command("robustness")(analyses.robustness)
app.command("regimes")(analyses.regimes)
app.command("convergence")(analyses.convergence)
app.command("calibrate")(analyses.calibrate)
app.command("report")(analyses.report)
app.command("reproduce")(reproduce.command)
app.command("verify")(verify.command)
app.command("multipliers")(multipliers.command)
app.command("patterns")(patterns.command)
app.command("validation")(validation.command)
app.command("app")(workshop.command)
app.add_typer(scenarios.app, name="scenarios")
app.add_typer(place.app, name="place")


def main() -> None:
    """Entry point of `changemaking` and of `python -m changemaking`."""
    with ended_by_sigterm():
        try:
            app(prog_name="changemaking")
        except KeyboardInterrupt:  # before a command has begun, or as it ends
            sys.exit(130)
