# Every target works on a fresh machine with Python 3.11 or newer and make; all of them go through `make install`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One thread: more are slower on a small machine.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

LOCK_OPTIONS := --universal --generate-hashes --no-emit-index-url --no-header --quiet -p 3.11
LOCK := $(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS)
LOCK_GROUP := $(BIN)/uv pip compile $(LOCK_OPTIONS) --group

.DEFAULT_GOAL := help
.PHONY: help install demo test fuzz audit lint format bench soak chaos docs lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

install: $(VENV)/installed ## Make .venv with everything, from hash-locked requirements

$(VENV)/installed: requirements-dev.txt pyproject.toml hatch_build.py $(wildcard bot/language/phrases/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Greenroom needs Python 3.11 or newer."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## Try Greenroom in the browser with a fictional company
	@$(BIN)/greenroom demo $(ARGS)

test: install ## Run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

fuzz: install ## Send more than 100,000 odd inputs to every public address and parser
	$(BIN)/python -m pytest tests/trust/test_fuzz.py --hypothesis-profile=fuzz $(ARGS)

audit: ## Look for known holes in the dependencies, where advisories can be reached
	@PYTHON=$(PYTHON) .ci/audit

chaos: install ## Kill processes 20 times in a campaign of 2,000 people, on both databases
	CHAOS=1 $(BIN)/python -m pytest tests/faults -q $(ARGS)

fortnight: install ## Live fourteen days of a campaign of 1,000 people by a fast clock, twice
	CHAOS=1 $(BIN)/python -m pytest tests/handlers/test_fast_clock.py -q $(ARGS)

lint: install ## Check style, types and the import law
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## Put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install ## Measure speed against the bare frameworks, as ratios in one run
	$(BIN)/python -m tests.bench $(ARGS)

soak: install ## Put an hour of mixed load on it (MINUTES=10 for less): memory, open files and answers must stay flat
	$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),60) $(ARGS)

docs: .venv-docs/installed ## Build the pages of docs/ into docs/_build; every warning is an error
	.venv-docs/bin/sphinx-build --builder html --fail-on-warning --keep-going --quiet docs docs/_build
	@echo "Open docs/_build/index.html"

# In an environment of their own: nothing that builds pages is part of the product.
.venv-docs/installed: requirements-docs.txt
	@test -x .venv-docs/bin/python || $(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.txt
	@touch $@

lock: ## Renew the hash-locked requirements
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV); $(BIN)/python -m pip install --quiet uv; }
	$(LOCK) -o requirements.txt
	$(LOCK) --group dev -o requirements-dev.txt
	$(LOCK_GROUP) build -o requirements-build.txt
	$(LOCK_GROUP) docs -o requirements-docs.txt

clean: ## Remove what was installed and built
	rm -rf $(VENV) .venv-docs build dist docs/_build bot/language/model
