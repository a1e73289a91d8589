# `make run` and `make test` do all the set-up that is missing, then their job. Nothing needs to be activated.
SHELL := /bin/bash
VENV := .venv/bin
RUN_ARGS ?=
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test check format screenshots pins clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: ## make .venv and install the pinned packages (PYTHON=..., PIP_ARGS=...)
	@scripts/setup.sh

run: ## set up, then open the window (no display: the demo in the terminal)
	@scripts/system-libraries.sh run
	@scripts/setup.sh
	@scripts/models.sh
	@$(VENV)/seq2seq-desktop $(RUN_ARGS)

test: ## set up, then run the tests (PYTEST_ARGS="-k beam")
	@scripts/system-libraries.sh test
	@scripts/setup.sh
	@scripts/models.sh
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(VENV)/python -m pytest -q $(PYTEST_ARGS)

check: setup ## linter, formatting, types, who may import whom
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy
	$(VENV)/lint-imports --no-logo

format: setup ## fix what the linter and the formatter can fix
	$(VENV)/ruff check --fix
	$(VENV)/ruff format

screenshots: setup ## take pictures of the window into docs/screenshots, with the shipped model
	$(VENV)/python scripts/screenshots.py

pins: setup ## write constraints.txt from what is installed in .venv
	$(VENV)/python scripts/pin.py

clean: ## remove .venv, caches and build results
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
