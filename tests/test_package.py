"""The package as others install it: what the wheel holds, and that all of it can be imported and read from there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import changemaking as cm

ROOT = Path(__file__).resolve().parent.parent
NOT_PACKAGED = {"tests", "docs", "benchmarks", "scripts", "build", "dist", "results"}
HEAVY = ["matplotlib", "mesa", "networkx", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy"]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def source_folders() -> set[Path]:
    """The folders, relative to the root, whose Python files belong to the package."""
    found = set()
    for top in [ROOT, *(p for p in ROOT.iterdir() if p.is_dir() and p.name not in NOT_PACKAGED and not p.name.startswith("."))]:
        files = top.glob("*.py") if top == ROOT else top.rglob("*.py")
        found |= {f.parent.relative_to(ROOT) for f in files if "__pycache__" not in f.parts}
    return found


def python(code: str, *args: str, cwd: Path) -> str:
    """Run `code` in a fresh interpreter that sees neither the checkout nor this process; returns what it printed."""
    done = subprocess.run([sys.executable, "-I", "-c", code, *args], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked. Built from a copy, so that nothing left in build/ can slip in."""
    work = tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "dist", "results", "tests", "docs", "benchmarks")
    shutil.copytree(ROOT, work / "source", ignore=ignore)
    command = "-m pip wheel --no-index --no-deps --no-build-isolation --wheel-dir . ./source"
    done = subprocess.run([sys.executable, *command.split()], cwd=work, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = work.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(work / "site")
    return work / "site"


def test_every_folder_with_python_files_is_listed() -> None:
    listed = set(CONFIG["tool"]["setuptools"]["packages"])
    assert listed == {".".join(("changemaking", *folder.parts)) for folder in source_folders()}


def test_wheel_holds_the_package_and_nothing_else(unpacked: Path) -> None:
    top = {p.name for p in unpacked.iterdir()}
    assert top == {"changemaking", f"changemaking-{cm.__version__}.dist-info"}
    inside = {p.name for p in (unpacked / "changemaking").iterdir() if p.is_dir()}
    assert inside == {folder.parts[0] for folder in source_folders() if folder.parts}


def test_wheel_holds_every_source_and_data_file(unpacked: Path) -> None:
    tops = {folder.parts[0] for folder in source_folders() if folder.parts}
    inside = {f.relative_to(ROOT) for top in tops for f in (ROOT / top).rglob("*") if f.is_file() and "__pycache__" not in f.parts}
    wanted = inside | {Path("__init__.py"), Path("__main__.py"), Path("py.typed")}
    package = unpacked / "changemaking"
    assert wanted - {f.relative_to(package) for f in package.rglob("*")} == set()
    assert any(w.suffix == ".toml" for w in wanted), "no scenario is shipped"


IMPORT_ALL = """
import importlib, json, sys
from pathlib import Path
site = Path(sys.argv[1])
sys.path.insert(0, str(site))
seen = {}
for file in sorted((site / "changemaking").rglob("*.py")):
    parts = file.relative_to(site).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    seen[name] = importlib.import_module(name).__file__
json.dump(seen, sys.stdout)
"""


def test_every_module_imports_from_the_wheel(unpacked: Path) -> None:
    seen = json.loads(python(IMPORT_ALL, str(unpacked), cwd=unpacked))
    assert len(seen) > len(CONFIG["tool"]["setuptools"]["packages"])
    outside = {name: file for name, file in seen.items() if not Path(file).is_relative_to(unpacked)}
    assert outside == {}


LOAD_ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
import changemaking as cm
json.dump([cm.load_scenario(info.name).name for info in cm.list_scenarios()], sys.stdout)
"""


def test_shipped_scenarios_load_from_the_wheel(unpacked: Path) -> None:
    assert {"bundled", "phased", "preston"} <= set(json.loads(python(LOAD_ALL, str(unpacked), cwd=unpacked)))


def test_importing_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import json, sys; import changemaking; json.dump(sorted(sys.modules), sys.stdout)"
    assert set(json.loads(python(code, cwd=tmp_path))) & set(HEAVY) == set()


@pytest.mark.parametrize("name", [n for n in cm.__all__ if not n.startswith("_")])
def test_public_names_are_there(name: str) -> None:
    assert callable(getattr(cm, name))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        cm.simulat  # noqa: B018


def test_versions_agree() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert CONFIG["project"]["version"] == cm.__version__
    assert f"\nversion: {cm.__version__}\n" in citation


def test_lock_names_no_place_to_download_from() -> None:
    lock = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
    assert "://" not in lock and "--find-links" not in lock and " @ " not in lock
    names = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
    extras = CONFIG["project"]["optional-dependencies"].values()
    asked = CONFIG["project"]["dependencies"] + [name for extra in extras for name in extra]
    assert {re.split("[>=\\[]", a)[0].strip().lower() for a in asked} <= names
