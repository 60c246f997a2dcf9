# Two commands matter: `make run` and `make test`. Each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
MESSAGES := locale/vi/LC_MESSAGES/django

.PHONY: run test lint bench format lock messages browser wrk clean
.DEFAULT_GOAL := run

run: .venv/run.stamp
	@exec $(BIN)/python manage.py run $(if $(filter 0,$(DEMO)),--no-demo)

test: .venv/dev.stamp browser
	@$(BIN)/python -m pytest -n auto --dist loadfile $(TESTS)

lint: .venv/dev.stamp
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: .venv/dev.stamp wrk
	@$(BIN)/python -m benchmarks

format: .venv/dev.stamp
	$(BIN)/python -m ruff check --fix-only .
	$(BIN)/python -m ruff format .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

# Pins with hashes and names no index, so that any mirror serves.
lock: .venv/dev.stamp
	$(BIN)/python -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o requirements.txt
	$(BIN)/python -m uv pip compile --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.txt -o requirements-dev.txt

# Collects the strings, then compiles the catalogue (GNU gettext is needed for the first half only).
messages: .venv/dev.stamp
	$(BIN)/python manage.py makemessages -l vi --no-location --no-wrap --no-obsolete -i .venv -i var -i tests -i benchmarks
	$(BIN)/python -c 'import sys, polib; polib.pofile(sys.argv[1] + ".po").save_as_mofile(sys.argv[1] + ".mo")' $(MESSAGES)

clean:
	rm -rf .venv var

# The browser tests need Chromium; it comes from the system's packages.
browser:
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  echo "Installing Chromium for the browser tests"; \
	  { $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	    || echo "Install Chromium by hand: the browser tests need it"; \
	fi

# The benchmark drives its servers with wrk, from the system's packages too.
wrk:
	@if ! command -v wrk >/dev/null; then \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  echo "Installing wrk for the benchmark"; \
	  { $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends wrk >/dev/null; } \
	    || echo "Install wrk by hand: the benchmark needs it"; \
	fi

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (set PYTHON=...)"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt | .venv/bin/python
	$(PIP) install --quiet --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@ .venv/run.stamp
