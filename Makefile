# SPDX-License-Identifier: GPL-3.0-or-later
# Needs Python 3.11 or newer, make, and a network for packages. `make help` says what there is.

SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done)
BIN := .venv/bin
# Two databases, a mail server and a gateway run beside each test process.
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help run test lint bench load mutate interop conformance screenshots words grid docs clean

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run ## Start the gateway with demo data on http://localhost:5232; what is there is kept
	@exec $(BIN)/distrib serve --demo

test: .venv/.browser ## Install what the tests need, and run them all
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

lint: .venv/.lint ## Check style, types, imports and dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .

bench: .venv/.bench ## Measure what requests cost, beside stock Radicale
	@$(BIN)/python -m tests.bench $(ARGS)

load: .venv/.test ## Let many programs write and sync at once, and count what is lost
	@$(BIN)/python -m tests.load $(ARGS)

mutate: .venv/.test ## Take rules out of iTIP one at a time, and see that a test fails for each
	@$(BIN)/python -m tests.mutate $(ARGS)

interop: .venv/.test ## Let real calendar programs use the gateway
	@sh tests/interop/run $(ARGS)

conformance: .venv/.conformance ## Let public CalDAV test suites judge the gateway
	@$(BIN)/python -m tests.conformance $(ARGS)

screenshots: .venv/.screenshots ## Take the pictures in docs/screenshots anew
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)

words: .venv/.test ## Find the texts of the pages, and compile their translations
	@$(BIN)/python -m tests.gateway.web.words

grid: .venv/.test ## Write the classes of the calendar's sheet
	@$(BIN)/python -m tests.gateway.web.grid_style

docs: ## Show where the documentation is
	@ls -1 README.md CONTRIBUTING.md docs/*.md docs/*/*.md

clean: ## Remove what was installed; the data stays
	rm -rf .venv tests/browser/node_modules

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer was found; name one with PYTHON=/path" >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv || { \
		rm -rf .venv; $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python $@ install pip; } || { \
		rm -rf .venv; echo "make: $(PYTHON) can make no environment; name another one with PYTHON=/path" >&2; exit 1; }

.venv/.run: pyproject.toml | .venv/bin/python
	@echo "Installing the gateway (the first time takes a minute) …"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --editable .
	@touch $@

.venv/.test: .venv/.run
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --group test
	@touch $@

.venv/.browser: tests/browser/package-lock.json .venv/.test
	@echo "Installing the browser that the tests use …"
	@$(BIN)/python -c 'from tests.browser import chromium; chromium.installed()'
	@touch $@

# An environment of its own: the suites bring pytest plugins that ours must not meet.
.venv/.conformance: .venv/.test
	@echo "Installing the CalDAV test suites …"
	@$(BIN)/python -m venv --clear --without-pip .venv/conformance
	@$(BIN)/python -m pip --python .venv/conformance/bin/python install --disable-pip-version-check \
		--progress-bar on --group conformance
	@touch $@

.venv/.bench: .venv/.test
	@echo "Installing what the benchmark needs …"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --group bench
	@touch $@

.venv/.screenshots: .venv/.browser
	@echo "Installing what makes pictures small …"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --group screenshots
	@touch $@

.venv/.lint: .venv/.test
	@echo "Installing what the checks need …"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --group lint
	@touch $@
