# Each target makes its own virtual environment, so each works on a bare machine
# with Python 3.11+ and make. Nothing is installed outside this folder.
PYTHON ?= python3
RUN := .venv/bin
DEV := .venv-dev/bin

.PHONY: demo test test-all lint bench lock clean

demo: .venv/ready
	$(RUN)/twin demo

test: lint
	$(DEV)/python -m pytest -n 2 -m "not slow"

test-all: lint
	TWIN_NO_SKIPS=1 $(DEV)/python -m pytest -n 2

lint: .venv-dev/ready
	$(DEV)/ruff check .
	$(DEV)/ruff format --check .
	$(DEV)/mypy
	$(DEV)/lint-imports

bench: .venv-dev/ready
	$(DEV)/python -m experiments.bench

lock: .venv-dev/ready
	$(DEV)/python -m pip install --quiet uv
	$(DEV)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --no-annotate -o requirements.lock
	$(DEV)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --no-annotate \
	  --extra dev --extra bench -c requirements.lock -o requirements-dev.lock

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(RUN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(RUN)/python -m pip install --quiet --no-deps -e .
	touch $@

.venv-dev/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv-dev
	$(DEV)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	PATH="$(CURDIR)/$(DEV):$$PATH" $(DEV)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf .venv .venv-dev build dist runs .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
