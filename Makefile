# Everything starts here; `make` alone lists what there is. Needs Python 3.11 or newer, git and make.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Hundreds of processes import Dagster here; without the compiled modules of the first ones each would take twice as long.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help env demo ui test test-long test-versions runners chaos bench check lint format clean cluster-env cluster-up \
	cluster-down python

PYTHON ?= python3
UV_VERSION := 0.13.8
UV_OLDEST := 0.8.0
DEMO_DATA ?= data
PORT ?= 3000
# One more than there are processors: some tests wait for other processes most of the time.
JOBS ?= $(shell $(PYTHON) -c "import os; print(1 + (os.cpu_count() or 1))")
PYTEST_ARGS ?=
CHAOS_SEED ?= 1
CHAOS_KILLS ?= 24
CLUSTER ?= $(CURDIR)/.cluster

# An uv on the PATH is used if it is new enough for the lock file; otherwise one is installed into .uv/.
FOUND_UV := $(shell command -v uv 2>/dev/null)
FOUND_UV_VERSION := $(if $(FOUND_UV),$(shell uv --version 2>/dev/null | cut -d' ' -f2))
NEW_ENOUGH := $(shell test -n "$(FOUND_UV_VERSION)" && printf '%s\n' $(UV_OLDEST) $(FOUND_UV_VERSION) | sort -V -C && echo yes)
UV := $(if $(NEW_ENOUGH),$(FOUND_UV),.uv/bin/uv)

# The interpreter that the caller names is the environment's, even where there is one of another; else uv looks for one.
IS_NAMED := $(filter command environment,$(origin PYTHON))
NAMED := $(if $(IS_NAMED),$(shell $(PYTHON) -c 'import sys; print(sys.executable)' 2>/dev/null || echo $(PYTHON)))
BASE := import sys; print(sys.base_prefix, sys.version_info)
IS_OTHER := $(if $(NAMED),$(shell \
	test "$$(.venv/bin/python -c '$(BASE)' 2>&1)" = "$$($(NAMED) -c '$(BASE)' 2>&1)" || echo yes))

ENV := .venv/.synced
RUN := .venv/bin

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

env: $(ENV) ## make the environment in .venv from uv.lock (PYTHON=python3.13)

python:
	@$(PYTHON) -c '' 2>/dev/null || \
		{ echo "make: $(PYTHON) cannot be run; name one that can: make PYTHON=/usr/bin/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "make: $(PYTHON) is not 3.11, 3.12 or 3.13; name one that is: make PYTHON=python3.12 …" >&2; exit 1; }

.uv/bin/uv: | python
	@$(PYTHON) -m venv .uv || \
		{ echo "make: $(PYTHON) cannot make environments; install its venv module (Debian: python3-venv)" >&2; exit 1; }
	.uv/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

$(ENV): uv.lock pyproject.toml $(if $(NEW_ENOUGH),,.uv/bin/uv) $(if $(IS_OTHER),python)
	$(UV) sync --frozen --quiet $(NAMED:%=--python %)
	@touch $@

demo: $(ENV) ## generate the plans of examples/requests through Dagster and show the outcome
	$(RUN)/plan-pipeline --data $(DEMO_DATA) generate examples/requests/*.yaml

ui: $(ENV) ## Dagster's webserver and daemon on the demo's data (PORT=3000)
	$(RUN)/plan-pipeline --data $(DEMO_DATA) ui --port $(PORT)

# Two runs: what is traced for coverage takes half as long again, and only the core is held to it.
TESTS := $(RUN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

test: $(ENV) ## run the tests, and hold the core to 95 % coverage
	$(TESTS) -m "not slow" --cov=plan_pipeline/core --cov-report=term:skip-covered --cov-fail-under=95 plan_pipeline_tests/core $(PYTEST_ARGS)
	$(TESTS) -m "not slow" --ignore=plan_pipeline_tests/core plan_pipeline_tests $(PYTEST_ARGS)

test-long: cluster-env ## run the slow tests as well, also those on PostgreSQL, Redis and Celery
	$(TESTS) --hypothesis-profile=long $(PYTEST_ARGS)

test-versions: $(ENV) ## a short form of the tests on the oldest and the newest Python, where they are installed
	UV=$(UV) .ci/versions

runners: $(ENV) ## hold the plans of 600 synthetic runners to their bar
	$(RUN)/pytest plan_pipeline_tests/core/whole_plans/test_runner_cohort_bar.py $(PYTEST_ARGS)

chaos: $(ENV) ## kill a batch's processes at random moments (CHAOS_SEED=1 CHAOS_KILLS=24)
	CHAOS_SEED=$(CHAOS_SEED) CHAOS_KILLS=$(CHAOS_KILLS) $(RUN)/pytest -s plan_pipeline_tests/chaos/test_chaos.py -k hundreds

cluster-env: $(ENV)
	$(UV) sync --frozen --quiet --extra cluster $(NAMED:%=--python %)

cluster-up: cluster-env ## PostgreSQL, Redis, Celery workers and Dagster on this machine (PORT=3000)
	UI_PORT=$(PORT) PYTHON_BIN=$(CURDIR)/$(RUN) deploy/local/start.sh $(CLUSTER)

cluster-down: ## end what cluster-up started; its data stays
	deploy/local/stop.sh $(CLUSTER)

bench: $(ENV) ## print the figures of docs/figures.md as measured here
	$(RUN)/python benchmarks/startup.py
	$(RUN)/python benchmarks/engine.py
	$(RUN)/python benchmarks/sports.py --quick
	$(RUN)/python benchmarks/purpose.py
	$(RUN)/python benchmarks/migration.py
	$(RUN)/python benchmarks/bulk.py --quick
	$(RUN)/python benchmarks/nights.py --quick
	$(RUN)/python benchmarks/warehouse.py
	$(RUN)/python benchmarks/pages.py --plans 100
	$(RUN)/python benchmarks/experiments.py
	$(RUN)/python benchmarks/files.py
	$(RUN)/python benchmarks/models.py

check: $(ENV) lint test ## format, lint, types, library, Dagster definitions, tests

lint: $(ENV) ## everything of check but the tests
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/plan-pipeline library validate
	$(RUN)/dagster definitions validate

format: $(ENV) ## format the code
	$(RUN)/ruff format
	$(RUN)/ruff check --fix

clean: ## remove the environments and caches; the data stays
	rm -rf .venv .venv-* .uv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
