# make run     set up .venv and compare the shipped scenarios with their baselines
# make app     set up .venv and open the workshop app
# make test    set up .venv and run every check
# make places  build the shipped places again from the shipped files
# make lock    work out requirements/lock.txt again (needs uv; installing does not)
# PYTHON=python3.12 chooses another Python: 3.11, 3.12 and 3.13 are supported.

PYTHON ?= python3
RESULTS ?= results
BIN := .venv/bin
PACKAGES := $(patsubst %/__init__.py,%,$(wildcard */__init__.py))
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
READY := .venv/.ready-$(VERSION)
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check browser app places lock clean

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

run: $(READY)
	$(BIN)/changemaking compare bundled phased preston --seeds 100 --out $(RESULTS)

test: check browser
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

# what can be said without running the model
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build/typecheck && mkdir -p build/typecheck/changemaking
	ln -s $(addprefix $(CURDIR)/,__init__.py __main__.py py.typed $(PACKAGES)) build/typecheck/changemaking/
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

places: $(READY)
	$(BIN)/changemaking place build trafford
	$(BIN)/changemaking place build preston_notices

app: $(READY)
	$(BIN)/changemaking app

# what tests look at the app with: Debian's Chromium, and axe, which checks that everybody can use a page. Without them those tests are skipped.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the tests of the app (once) ..."; \
	    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "No Chromium: the app's tests in a browser will be skipped (Debian and Ubuntu: apt install chromium)"; fi; }
	@[ -f tests/viz/axe/node_modules/axe-core/axe.min.js ] || { \
	  if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix tests/viz/axe; \
	  else echo "No npm: axe will not check the app's pages"; fi; }

# The stamp is made last, so an installation that broke off starts afresh; another Python has another stamp.
# Compiling apart, on two cores and without the tests of others, halves the time of an installation.
$(READY): requirements/lock.txt pyproject.toml
	@case "$(VERSION)" in \
	  3.11|3.12|3.13) ;; \
	  "") echo "No Python found as '$(PYTHON)'. Name one of 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..."; exit 1;; \
	  *) echo "'$(PYTHON)' is Python $(VERSION); this needs 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..."; exit 1;; \
	esac
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv (or python$(VERSION)-venv)"; exit 1; }
	@echo "Setting up .venv with Python $(VERSION) from requirements/lock.txt (once; the download is about 400 MB) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --no-compile --require-hashes -r requirements/lock.txt
	@$(BIN)/python -m compileall -q -j 2 -x '/(tests?|pip|mypy|mypyc)/' .venv/lib
	@$(PIP) --no-index --no-deps --no-build-isolation -e .
	@touch $@

# Keeps the versions that still fit; make lock LOCKFLAGS=--upgrade takes the newest.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv"; exit 1; }
	uv pip compile pyproject.toml --extra analysis --extra app --extra dask --extra dev --extra places --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet $(LOCKFLAGS) --output-file requirements/lock.txt

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
