# make demo | test | verify | bench | effects | docs | lint | lock | clean | distclean
#
# Environments live in this folder and are made from the hash-pinned requirements:
#   .venv         running and testing (make demo installs what running needs, make test the rest)
#   .venv-oracle  other people's election programs, referees of the oracle tests
#   .venv-referee an independent program for inference, referee of a test of make verify
#   .venv-lock    pip-tools, for make lock
# PYTHON=/path/to/python chooses the interpreter; otherwise the first of several that really runs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

CONTEST ?= il-labor-2011
WORKERS ?= 2
BIN := .venv/bin
PIP := -m pip --disable-pip-version-check --no-input
PINNED := install --quiet --require-hashes --no-deps --only-binary=:all: --requirement

# Print the first candidate that runs, has venv and pip, and is Python 3.12 or 3.13.
define find_python
for python in "$${PYTHON:-}" python3 python3.12 python3.13 python \
    "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.12.*/bin/python3 \
    "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13.*/bin/python3; do \
  [ -n "$$python" ] || continue; \
  if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] not in [(3, 12), (3, 13)])' \
      >/dev/null 2>&1; then found="$$python"; break; fi; \
done; \
if [ -z "$${found:-}" ]; then \
  echo "Kingmaker needs Python 3.12 or 3.13 with its venv module, and none was found:" >&2; \
  echo "install one, or say which: make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3.12" >&2; \
  exit 1; \
fi
endef
export PYTHON

.PHONY: help demo test verify bench effects docs lint format lock clean distclean

help:
	@sed -n '1p' Makefile | cut -c3-

demo: .venv/.package
	$(BIN)/kingmaker run $(CONTEST)

test: .venv/.dev .venv/.package .venv-oracle/.installed lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

verify: .venv/.dev .venv/.package .venv-oracle/.installed .venv-referee/.installed
	$(BIN)/python -m pytest -n $(WORKERS) -m "verify or property" --hypothesis-profile=verify

bench: .venv/.dev .venv/.package
	$(BIN)/python -m pytest -m benchmarks --benchmark-enable --benchmark-columns=min,median,iqr,rounds tests/benchmarks

effects: .venv/.dev .venv/.package
	$(BIN)/python -m kingmaker.experiment.effects --workers $(WORKERS)
	$(BIN)/python -m kingmaker.report.reference

docs: .venv/.dev .venv/.package
	$(BIN)/python -m kingmaker.report.reference
	$(BIN)/python -m kingmaker.contest.reference > model/kingmaker/docs/reference/contest-file.md
	$(BIN)/python -m kingmaker.sweep.reference > model/kingmaker/docs/reference/experiment-file.md
	$(BIN)/python -m tests.e2e.documents

lint: .venv/.dev .venv/.package
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-cache --verbose | tail -n 3

format: .venv/.dev
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

# The stamps below keep unchanged environments as they are.

.venv/.made:
	@$(find_python); echo "making .venv with $$("$$found" --version)"; "$$found" -m venv .venv
	@touch $@

.venv/.run: requirements/run.txt | .venv/.made
	$(BIN)/python $(PIP) $(PINNED) $<
	@touch $@

.venv/.dev: requirements/dev.txt | .venv/.made
	$(BIN)/python $(PIP) $(PINNED) $<
	@touch $@ .venv/.run

.venv/.package: pyproject.toml | .venv/.run
	$(BIN)/python $(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv-oracle/.installed: requirements/oracle.txt
	@$(find_python); echo "making .venv-oracle with $$("$$found" --version)"; "$$found" -m venv .venv-oracle
	.venv-oracle/bin/python $(PIP) $(PINNED) $<
	@touch $@

.venv-referee/.installed: requirements/referee.txt
	@$(find_python); echo "making .venv-referee with $$("$$found" --version)"; "$$found" -m venv .venv-referee
	.venv-referee/bin/python $(PIP) $(PINNED) $<
	@touch $@

.venv-lock/.installed: requirements/lock.in
	@$(find_python); "$$found" -m venv .venv-lock
	.venv-lock/bin/python $(PIP) install --quiet --requirement $<
	@touch $@

# Every file of each release is hashed, for all platforms and Pythons; the pip configuration of this
# machine is left out, so that neither its indexes nor its local files get in. Run it on Python 3.12;
# `make lock LOCK_FLAGS=--upgrade` moves the pins, plain `make lock` only follows the inputs.
COMPILE := .venv-lock/bin/python -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe \
	--annotation-style=line --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock: export CUSTOM_COMPILE_COMMAND := make lock
lock: export PIP_CONFIG_FILE := /dev/null
lock: export PIP_FIND_LINKS :=
lock: .venv-lock/.installed
	$(COMPILE) $(LOCK_FLAGS) -o requirements/run.txt pyproject.toml requirements/build.in
	$(COMPILE) $(LOCK_FLAGS) --extra dask --extra cluster --extra sensitivity --extra calibration -o requirements/dev.txt -c requirements/run.txt pyproject.toml requirements/build.in requirements/dev.in
	$(COMPILE) $(LOCK_FLAGS) -o requirements/oracle.txt requirements/oracle.in
	$(COMPILE) $(LOCK_FLAGS) -o requirements/referee.txt requirements/referee.in

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	find model tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv .venv-oracle .venv-referee .venv-lock
