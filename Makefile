# Two commands need nothing prepared but Python 3.11 or newer and make:
#   make demo    a mailbox, a dozen submissions, the real run, the ledger, one receipt
#   make test    everything that CI runs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test coverage lint types contract format lock docs clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Call: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@# The lock is whole, so nothing is left to resolve: --no-deps
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	$(BIN)/intake demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint
	tests/services/ensure
	$(BIN)/python -m pytest -n 3 --dist loadfile

# The same tests, slower, with the lines that none of them reaches.
coverage: setup
	tests/services/ensure
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term

lock:
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-config \
	  --no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements.lock \
	  --custom-compile-command "make lock"

docs: setup
	$(BIN)/python -m docs.make_findings

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .coverage .coverage.*
