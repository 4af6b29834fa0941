# What one can do here. Every verb makes .venv first if it is missing or out of date.
PYTHON ?= python3
BIN := .venv/bin
BEGAN := $(shell date +%s)
CORES := $(shell getconf _NPROCESSORS_ONLN)
# Tests that share nothing: three on two cores, since they wait, too.
APART := OMP_NUM_THREADS=1 $(BIN)/pytest -n $(shell echo $$((($(CORES) * 3 + 1) / 2)))

FAULTS := $(addprefix tests/faults/test_,matrix.py crash_points.py state_machine.py ranks.py hosts.py operated.py)
SOAK ?= data/soak-faults.jsonl
LEVERS := packing joined_columns embedding_gradient kept_graphs
COMMA := ,
EMPTY :=
ALL_LEVERS := $(subst $(EMPTY) $(EMPTY),$(COMMA),$(LEVERS))

.DEFAULT_GOAL := help
.PHONY: help setup demo start test test-services test-slow test-levers test-faults walk-api soak-faults test-all conformance bench-speed bench-samplers bench-calibration bench-findings bench-size bench-upload bench-studio bench-load bench-recipes bench-estimate lint types browser lock audit sbom messages docs screenshot screenshots clean openapi
demo start: export LIKEWISE_DATA ?= $(CURDIR)/data

help:           ## Say what one can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: .venv/.installed ## Make .venv: torch for this machine, the locked packages, the pages' assets

demo: setup     ## See a model get better: data in, proof out (EXIT=1: end after the proof)
	LIKEWISE_SETUP_SECONDS=$$(($$(date +%s) - $(BEGAN))) $(BIN)/likewise demo

start: setup    ## Start the studio on http://127.0.0.1:8000, its data in ./data
	$(BIN)/likewise start

test: lint types browser ## Lint, types and tests, as CI does; all but the slow ones
	$(APART) -m "not slow and not faults and not browser"
	$(BIN)/pytest -n 2 -m "not slow and not faults and browser"

test-services: setup browser ## Tests of database, queue, runs and uploads on private PostgreSQL and Valkey
	$(BIN)/python -m tools.bring_services env OMP_NUM_THREADS=1 $(BIN)/pytest -n auto -m "services and not slow and not browser and not faults"
	$(BIN)/python -m tools.bring_services $(BIN)/pytest -m "services and not slow and browser and not faults"

test-slow: setup browser ## The slow tests alone (15 minutes)
	$(APART) -m "slow and not browser"
	$(BIN)/pytest -m "slow and browser"

test-levers: setup ## Conformance and exact resume with each lever of speed off, then with all off (30 minutes)
	for off in $(LEVERS) $(ALL_LEVERS); do \
	  LIKEWISE_LEVERS_OFF=$$off $(APART) -m "not slow" tests/conformance tests/worker/engine/test_resume.py || exit 1; \
	done

test-faults: setup ## The fault matrix, each cell once, and its table; crash points; 5,000 random acts (20 minutes)
	$(BIN)/pytest -n 6 $(FAULTS)  # they wait more than they work
	$(BIN)/python -m tools.bring_services $(BIN)/pytest tests/faults/test_state_machine.py

walk-api: setup ## Ask every operation of the API a hundred times what its document allows and forbids (hours)
	LIKEWISE_WALK_EXAMPLES=100 $(BIN)/pytest -m slow tests/backend/rest

soak-faults: setup ## The fault matrix 20 and 3 times; goes on where it was (SOAK=file, SECONDS=at most)
	$(BIN)/python -m tests.faults.soak $(SOAK) $(if $(SECONDS),--seconds $(SECONDS))

audit: setup    ## Look for known holes in what is locked (asks PyPI and npm)
	$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements.lock
	npm audit --package-lock-only

sbom: setup     ## Write sbom.json, the list of all that is locked (CycloneDX)
	$(BIN)/cyclonedx-py requirements requirements.lock --output-file sbom.json

test-all: test test-slow ## Everything that `make test` does, and the slow tests

conformance: setup ## Every public name of sentence-transformers, ours beside it, and whether it passes
	$(BIN)/python -m tests.conformance.table

bench-speed: setup ## This engine against sentence-transformers, side by side (25 minutes; a quiet machine)
	$(BIN)/python -m bench.speed

bench-samplers: setup ## Epochs of up to a million rows, and retrieval beside encoding, against sentence-transformers (10 minutes)
	$(BIN)/python -m bench.samplers

bench-calibration: setup ## Is a verdict right as often as it says? On real scores (15 minutes; LIKEWISE_TEST_DATA)
	$(BIN)/python -m bench.calibration

bench-findings: setup ## Faults planted in real data, and what is noticed of them (1 minute; LIKEWISE_TEST_DATA)
	$(BIN)/python -m bench.findings

bench-size: setup ## How small a model may be, on STS-B and Cranfield: quality, bytes, speed (8 minutes; LIKEWISE_TEST_DATA)
	$(BIN)/python -m bench.size

bench-upload: setup ## A CSV of 2 GB sent, imported, profiled, beside load_dataset; memory (10 minutes; 8 GB of disk)
	$(BIN)/python -m bench.upload

bench-studio: setup ## How soon the studio is ready, a click trains, a page comes at 10,000 runs (8 minutes)
	$(BIN)/python -m bench.studio

bench-load: setup ## 200 viewers, 1,000 queued runs, 50 uploads, 100,000 events; SQLite and PostgreSQL (10 minutes)
	$(BIN)/python -m tools.bring_services $(BIN)/python -m bench.load

bench-recipes: setup ## What is proposed for four datasets, beside four other recipes; goes on where it was (1 hour; LIKEWISE_TEST_DATA)
	$(BIN)/python -m bench.recipes data/bench-recipes

bench-estimate: setup ## What trainings take beside what was expected: time and memory, within 30 % (10 minutes; LIKEWISE_TEST_DATA)
	$(BIN)/python -m bench.estimate

lint: setup     ## Style, imports between rooms, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

types: setup    ## mypy, strict
	$(BIN)/mypy

browser: setup  ## Find or install the Chromium that the tests drive
	$(BIN)/python -m tools.bring_browser

lock: $(BIN)/uv ## Fit requirements.lock to pyproject.toml (remove it first to renew every version)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --overrides tools/not_locked.txt \
	  --custom-compile-command "make lock" --quiet --output-file requirements.lock

openapi: setup  ## Renew docs/openapi.json, and say what of the change breaks clients
	$(BIN)/python -m tools.openapi --write

messages: setup ## Bring the words of all pages into the catalogues of each language, and count what lacks
	$(BIN)/python -m tools.messages

docs: setup     ## Build the documentation into site/, the pages from tables too; a dead link fails
	$(BIN)/python -m tools.site

screenshots: browser ## Renew the tutorial's pictures: a studio of its own, gone through by a browser (10 minutes)
	$(BIN)/python -m tools.tutorial_pictures

screenshot: browser ## Renew the README's picture from the newest run of the studio that runs
	$(BIN)/python -m tools.screenshot

clean:          ## Remove what set-up and tests made; ./data stays
	rm -rf .venv node_modules frontend/static/vendor build dist site .mypy_cache .ruff_cache \
	  .pytest_cache .hypothesis .import_linter_cache

.venv/.installed: pyproject.toml requirements.lock package-lock.json tools/not_locked.txt tools/vendor.mjs
	$(PYTHON) tools/set_up.py
	@touch $@

$(BIN)/pip:
	$(PYTHON) -m venv .venv

$(BIN)/uv: $(BIN)/pip
	$(BIN)/pip install --quiet uv
	@touch $@
