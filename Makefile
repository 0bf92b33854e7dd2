# Needs make, and Python 3.12 or newer with venv; everything else goes into .venv, as the lock files say.

PORT ?= 8000
DEMO ?= 1
VENV := .venv
PY := $(VENV)/bin/python
LOCK := $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.12 --generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help run manage test lint audit sbom format bench screenshots lock clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: $(VENV)/.run ## a demo newspaper and accounts to try, on http://127.0.0.1:8000 (PORT=8001 moves it, DEMO=0: the seed articles only)
	@DEMO=$(DEMO) exec $(PY) -m newsroom.run $(PORT)

manage: $(VENV)/.run ## a command of manage.py on the data of `make run`: make manage DO="changepassword demo-editor"
	@exec $(PY) -m newsroom.run manage $(DO)

test: $(VENV)/.dev ## every test on SQLite, then those that ask a database on PostgreSQL (ONLY="tests/test_settings.py -x" narrows it)
	@exec $(PY) -m tests $(ONLY)

lint: $(VENV)/.dev ## style, types, the order of the rooms; templates, style sheets and scripts too
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --quiet --check .
	@$(PY) .ci/check_templates.py
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo --no-cache

audit: $(VENV)/.dev ## whether a pinned version has a known weakness (.ci/advisories.toml)
	@$(PY) .ci/audit.py

sbom: $(VENV)/.dev ## the bill of materials of what is installed to run it, var/sbom.cdx.json (CycloneDX)
	@$(PY) .ci/sbom.py var/sbom.cdx.json

format: $(VENV)/.dev ## the Python files as `make lint` wants them; it says what else is to be mended by hand
	@$(PY) -m ruff check --quiet --fix . || true
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --quiet .
	@$(PY) .ci/check_templates.py

bench: $(VENV)/.dev ## every figure beside its limit (ONLY="site search" narrows it; also queries, imports, growth, desk, pictures, browser, trust)
	@exec $(PY) -m benchmarks $(ONLY)

screenshots: $(VENV)/.dev ## the pictures of the README, by Chromium
	@$(PY) -m pytest -q tests/e2e/take_screenshots.py

lock: $(VENV)/.dev ## the lock files anew, with the newest versions that pyproject.toml admits
	@$(LOCK) --upgrade -o requirements.lock
	@$(LOCK) --upgrade --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove .venv and the caches; the data in var/ stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis

# .venv/.run says that the virtual environment is whole for running, .venv/.dev that it is for working on the code.

$(VENV)/.run: requirements.lock
	@$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock
	@$(call install,requirements-dev.lock)
	@touch $(VENV)/.run $@

# A pyenv shim may stand in PATH for a version that is not there: only running it tells.
define install
	if ! [ -e $(VENV)/.run ] || ! $(PY) -c "" 2>/dev/null; then \
		found=; old=; \
		for python in python3.13 python3.12 python3; do \
			"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue; \
			if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found="$$python"; break; fi; \
			old="$$python"; \
		done; \
		if [ -z "$$found$$old" ]; then \
			echo "Newsroom needs Python 3.12 or newer: none of python3.13, python3.12, python3 is one." >&2; exit 1; \
		elif [ -z "$$found" ]; then \
			echo "$$old cannot make virtual environments: install its venv module (Debian: apt install $$old-venv)." >&2; exit 1; \
		fi; \
		echo "Making $(VENV) with $$found …"; \
		"$$found" -m venv --clear $(VENV) || exit 1; \
	fi; \
	rm -f $(VENV)/.run $(VENV)/.dev; \
	echo "Installing $(1) …"; \
	$(PY) -m pip install -qq --no-input --disable-pip-version-check --require-hashes -r $(1) || \
		{ echo "The packages of $(1) could not be installed: pip says why above. Try again when that is mended." >&2; exit 1; }
endef
