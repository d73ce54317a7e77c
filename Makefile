# dmc12: `make` lists the verbs.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ONLINE_RETAIL ?= ../shared/data/online_retail/online_retail.csv.gz

BUNDLES ?= $(or $(DMC12_WAREHOUSE),warehouse)/tables/bundles/$(or $(DMC12_SCHEMA),dmc12)

# Java found or installed by scripts/setup; dbt and Spark read JAVA_HOME.
ifndef JAVA_HOME
export JAVA_HOME = $(shell cat $(VENV)/.java_home 2>/dev/null)
endif
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONUTF8 := 1

.PHONY: help
help:  ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt pyproject.toml scripts/setup
	@scripts/setup $(VENV) >&2
	@touch $@

.PHONY: setup
setup: $(READY)  ## install all that is needed (every other verb does so by itself)

.PHONY: build
build: $(READY)  ## build and test the whole flow on the shipped world; print the metric table
	@dbt build --exclude-resource-type unit_test

.PHONY: backfill
backfill: $(READY)  ## make days of the tables by day anew: FROM=2026-05-01 TO=2026-05-07
	@dbt build --select +profile_history +title_popularity_daily \
		--vars '{backfill: ["$(FROM)", "$(TO)"]}'

.PHONY: test
test: lint unit functional  ## lint, then all tests

.PHONY: lint
lint: $(READY)  ## sqlfluff, ruff, mypy
	@ruff check .
	@ruff format --check .
	@mypy
	@sqlfluff lint --disable-progress-bar models

.PHONY: unit
unit: $(READY)  ## tests of the library and the adapter without Spark
	@pytest -n 2 tests/unit

.PHONY: functional
functional: $(READY)  ## tests that build copies of the project on Spark
	@pytest -n 2 tests/functional

.PHONY: long
long: $(READY)  ## functional tests left out of `make test`: whole worlds built anew, more faults (a quarter of an hour and more)
	@pytest -m long tests/functional

.PHONY: test-adapter
test-adapter: $(READY)  ## dbt's own suite for adapters, on ours (docs/adapter_suite.md)
	@pytest -c tests/adapter_suite/pytest.ini tests/adapter_suite

.PHONY: fuzz
fuzz: $(READY)  ## hostile raw rows against an oracle, hostile worlds against the invariants (some minutes)
	@pytest -q tests/functional/flow/fuzz_*.py

.PHONY: soak
soak: $(READY)  ## fault tests: killed builds, readers, a full disk, a lost metastore (half an hour)
	@pytest -s tests/soak

.PHONY: world
world: $(READY)  ## simulate the shipped world into seeds/ anew
	@python -m dmc12.world --csv seeds

.PHONY: sql
sql: $(READY)  ## one query against the built tables, as CSV: make sql Q="select ..."
	@python -m dbt.adapters.sparksession.query "$$Q"

.PHONY: serve
serve: $(READY)  ## rank over HTTP by the bundle that the last build released (docs/online.md)
	@python -m dmc12.online "$(BUNDLES)"

.PHONY: contract
contract: $(READY)  ## the full declared type of every DMC-12 stage, as a tree
	@dbt --quiet run-operation show_contract --args '{file: models/dmc12.yml}'

.PHONY: report
report: $(READY)  ## what was found, as one page for a browser: target/report.html
	@python -m dmc12.report

.PHONY: online-retail
online-retail: $(READY)  ## the same flow on UCI Online Retail: ONLINE_RETAIL=path of the .csv.gz
	@examples/online_retail/run "$(ONLINE_RETAIL)"

.PHONY: docs
docs: $(READY)  ## the dbt docs site as one page: target/static_index.html
	@dbt docs generate --static

.PHONY: requirements
requirements: $(READY)  ## compile requirements.in to requirements.txt
	@pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --output-file requirements.txt requirements.in

.PHONY: clean
clean:  ## remove what was built: tables, logs, targets (the venv stays)
	@rm -rf warehouse target logs examples/*/{warehouse,target,logs,dbt_packages}
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
