# Loman: `make demo` and `make test` need only Python 3.11-3.13 and make.
SHELL := /bin/bash
PYTHON := .venv/bin/python
.PHONY: demo run test check bench evals drills audit sbom messages lock setup setup-dev

demo: setup  ## a real phone call to a demo restaurant, with real audio
	@$(PYTHON) manage.py demo

run: setup  ## serve on http://localhost:8000 until Ctrl-C
	@$(PYTHON) manage.py serve

test: check  ## every check and test; those marked `beside` mostly wait, so they run beside the others
	@mkdir -p var; $(PYTHON) -m pytest -rs -m beside >var/tests_beside.log 2>&1 & beside=$$!; \
	$(PYTHON) -m pytest -n 2 --dist loadgroup -rs -m "not beside"; code=$$?; \
	wait $$beside || code=1; cat var/tests_beside.log; exit $$code

check: setup-dev  ## format, lint, types, import layers
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy apps loman && .venv/bin/lint-imports && .venv/bin/bandit -q -c pyproject.toml -r apps loman scripts

bench: setup-dev  ## measure; writes var/bench/*.json
	@$(PYTHON) -m tests.bench

evals: setup-dev  ## long evaluations; writes var/evals/*.json
	@$(PYTHON) -m tests.evals

drills: setup-dev  ## kills and failovers, and a million inputs that are nearly right
	@$(PYTHON) -m tests.drills
	@$(PYTHON) -m tests.fuzz

audit: setup-dev  ## known weaknesses of what is pinned, where the advisory service can be reached
	@$(PYTHON) scripts/audit.py requirements.txt

sbom:  ## writes var/sbom.json, CycloneDX, from the lock
	@python3 scripts/sbom.py requirements.txt var/sbom.json

messages: setup-dev  ## gather what the pages say for translators, and make their translations ready
	@$(PYTHON) scripts/messages.py

lock: setup-dev  ## pin requirements*.in anew, with hashes
	@for of in requirements requirements-dev; do .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --override overrides.txt --no-emit-index-url --no-header --no-annotate $$of.in -o $$of.txt; done

setup:
	@python3 scripts/setup.py requirements.txt

setup-dev:
	@python3 scripts/setup.py requirements-dev.txt
