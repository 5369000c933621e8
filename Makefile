# Everything a newcomer types. `make help` lists it.
PORT      ?= 8000
STATE_DIR ?= .local
PYTHON    ?= python3
MINUTES   ?= 5

VENV := .venv
BIN  := $(VENV)/bin
READY := $(VENV)/.installed
SCANNED := .venv-scan/.installed

.DEFAULT_GOAL := help
.PHONY: help run demo docs test test-tools chromium lint check scan screenshots audit bench load soak lock clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo "  options: PORT=$(PORT) STATE_DIR=$(STATE_DIR)"

# The locks name every package, so that there is nothing to resolve. What tools import little of is compiled when it is
# imported, the rest on all processors, which takes half as long as to have pip do it.
INSTALL := pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile
COMPILE := python -m compileall -q -j 0 -x '/(sympy|mpmath|networkx|mypy|pip|setuptools)/'

# A plain Debian splits venv off from Python: it is added when it is missing and we may add it.
$(BIN)/pip:
	@$(PYTHON) -m venv $(VENV) || (apt-get update -q && apt-get install -qy python3-venv && $(PYTHON) -m venv $(VENV))

$(READY): requirements-dev.lock | $(BIN)/pip
	@echo "Installing the pinned packages into $(VENV) (once) ..."
	@$(BIN)/$(INSTALL) -r requirements-dev.lock
	@$(BIN)/$(COMPILE) $(VENV)/lib || true
	@touch $@

run: $(READY)  ## start the whole service on this machine and serve until Ctrl-C
	@exec $(BIN)/python -m infra.local up --port $(PORT) --state-dir $(STATE_DIR)

demo: $(READY)  ## send the sample files and show what comes of them
	@$(BIN)/python -m infra.local.demo --port $(PORT) --state-dir $(STATE_DIR)

# What tests use that no Python package brings: Chromium, in which they look at the portal; LibreOffice, to see how
# spreadsheets take our files.
chromium: | $(BIN)/pip
	@command -v chromium >/dev/null || (echo "Installing Chromium for the tests (once) ..." && apt-get update -q \
	  && apt-get install -qy --no-install-recommends chromium)

test-tools: $(READY) chromium
	@command -v soffice >/dev/null || (echo "Installing LibreOffice for the tests (once) ..." && apt-get update -q \
	  && apt-get install -qy --no-install-recommends libreoffice-calc-nogui)

# Three files of tests at a time, each on stacks of its own: much of a test's time is spent in waiting, so that this is
# right for two processors.
test: $(READY) test-tools  ## run every test
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

lint: $(READY)  ## format, lint, types, templates: quick
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/cfn-lint infra/*.yaml

check: lint  ## the same, and the unit tests
	@$(BIN)/python -m pytest -q tests/unit

docs: $(READY)  ## write the page that is generated from code
	@$(BIN)/python -m infra.configuration_page

screenshots: $(READY) chromium  ## take the pictures of the portal for the README
	@$(BIN)/python -m tests.browser.screenshots

# Tools of their own: checkov wants other versions than we do of what both use.
$(SCANNED): infra/scan.lock | $(BIN)/pip
	@$(PYTHON) -m venv .venv-scan
	@.venv-scan/bin/$(INSTALL) -r infra/scan.lock
	@.venv-scan/bin/$(COMPILE) .venv-scan/lib || true
	@touch $@

scan: $(SCANNED)  ## look for unsafe settings in the templates, the Dockerfile and the workflows
	@.venv-scan/bin/checkov --config-file .checkov.yaml --directory infra
	@.venv-scan/bin/hadolint Dockerfile
	@.venv-scan/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

bench: $(READY)  ## measure everything, PART=reader a part of it; OPTIONS=--write renews the tables and picture in docs/
	@$(BIN)/python -m bench $(PART) $(OPTIONS)

load: $(READY)  ## measure: 200 clients that poll the status of an upload at once
	@$(BIN)/python -m bench polling

soak: $(READY)  ## kill parts of the service at random while files arrive, MINUTES=5: lost 0, doubled 0, stuck 0
	@$(BIN)/python -m tests.reliability.soak --minutes $(MINUTES)

audit: $(READY)  ## look for known vulnerabilities in the pinned packages
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

lock: $(READY)  ## choose the newest allowed versions and pin them
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --universal --python-version 3.11 \
	  --no-header --no-emit-index-url --quiet --upgrade -o requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml --extra service --generate-hashes --universal --python-version 3.11 \
	  --no-header --no-emit-index-url --quiet --upgrade -c requirements-dev.lock -o requirements.lock
	@$(BIN)/uv pip compile requirements-lambda.in --generate-hashes --universal --python-version 3.11 \
	  --no-header --no-emit-index-url --quiet --upgrade -c requirements.lock -o requirements-lambda.lock
	@$(BIN)/uv pip compile infra/scan.in --generate-hashes --universal --python-version 3.11 \
	  --no-header --no-emit-index-url --quiet --upgrade -o infra/scan.lock
	@$(BIN)/uv pip compile bench/peers.in --generate-hashes --universal --python-version 3.11 \
	  --no-header --no-emit-index-url --quiet --upgrade -o bench/peers.lock

clean:  ## forget the local stack's data and the installed packages
	rm -rf $(STATE_DIR) $(VENV) .venv-scan
