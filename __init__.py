"""changemaking: an agent-based laboratory of partnerships between the public and private sectors.

    import changemaking as cm

    run = cm.run("phased", seed=1)
    both = cm.compare(["bundled", "phased"], seeds=200)

Names are looked up when first used, so that `import changemaking` and `changemaking --help` load nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .experiments import compare, open_store, patterns, run, simulate, sweep, verify  # type: ignore[no-redef]
    from .scenarios import Scenario, list_scenarios, load_scenario

__version__ = "0.1.0"

__all__ = [
    "Scenario",
    "__version__",
    "compare",
    "list_scenarios",
    "load_scenario",
    "open_store",
    "patterns",
    "run",
    "simulate",
    "sweep",
    "verify",
]

_HOME = {
    "Scenario": ".scenarios",
    "list_scenarios": ".scenarios",
    "load_scenario": ".scenarios",
    "compare": ".experiments",
    "open_store": ".experiments",
    "patterns": ".experiments",
    "run": ".experiments",
    "simulate": ".experiments",
    "sweep": ".experiments",
    "verify": ".experiments",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name from the folder it lives in. Raises AttributeError for any other."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
