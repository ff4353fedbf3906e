"""A page of the templates: one HTML file that needs nothing else, with no script and no reference to anywhere.

Whatever comes from files and scenarios is escaped by the template.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .style import write_whole


def write_page(template: str, path: Path, **told: Any) -> Path:
    """Write the page of that template to `path`, its folder made if missing. Raises OSError; then nothing is left behind."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader(__package__ or "changemaking.viz", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = environment.get_template(template).render(**told)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page.encode())
    return path
