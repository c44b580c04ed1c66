# Abat: `make demo` and `make test` bring an empty machine to maps and to green tests. docs/install.md
.DEFAULT_GOAL := help
.PHONY: help demo test install lint audit clean constraints migration
MAKEFLAGS += --no-print-directory

OUT ?= out/
export PYTHON

in_env = . ./install/env.sh; PATH="$$prefix/bin:$$PATH"; export PATH;

help:  ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1	/p' Makefile

demo: install  ## the sample city through every step; results in OUT=out/
	@$(in_env) abat demo --out "$(OUT)"

test: lint  ## ruff, mypy, then every test
	@$(in_env) python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

install:  ## what is missing to run: Debian packages, .venv, Python packages
	@sh install/install.sh run

lint:  ## ruff and mypy
	@sh install/install.sh test
	@$(in_env) python -m ruff check .
	@$(in_env) python -m ruff format --check .
	@$(in_env) STEP_TAIL=1000 sh install/step.sh mypy python -m mypy

audit:  ## bandit and pip-audit, where they can run
	@sh install/audit.sh

constraints:  ## renew constraints.txt with the newest versions; needs uv
	@mkdir -p build
	uv pip compile --quiet --upgrade --all-extras --no-header --no-annotate --python-version 3.11.0 \
		--output-file build/pins.txt pyproject.toml
	sed -n '/^#/p' constraints.txt | cat - build/pins.txt >build/constraints.txt
	mv build/constraints.txt constraints.txt

migration: install  ## the next step of the schema from the declarations: NUMBER=0002 WORDS="what changes"
	@$(in_env) python -m layers.migrations.draft $(NUMBER) $(WORDS)

clean:  ## remove .venv, build and caches; data and results stay
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
