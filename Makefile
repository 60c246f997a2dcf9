# Two commands matter: `make run` and `make test`. Each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# With a DATABASE_URL the embedded PostgreSQL is not needed; until the lock is split it is part of requirements.txt.
EMBEDDED := $(if $(DATABASE_URL)$(shell grep -s '^DATABASE_URL=.' .env),,$(wildcard requirements-embedded.txt))
MESSAGES := locale/vi/LC_MESSAGES/django

.PHONY: run test lint bench format lock messages browser pgbouncer wrk clean erase-data deploy-check cluster rehearsal release-data
.DEFAULT_GOAL := run

run: .venv/run.stamp
	@exec $(BIN)/python manage.py run $(if $(filter 0,$(DEMO)),--no-demo) $(if $(COMMUNES),--communes $(COMMUNES))

test: .venv/dev.stamp browser pgbouncer
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

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

# Looks at a portal from outside: make deploy-check URL=https://xa.example
deploy-check:
	@$(PYTHON) deploy/check.py $(URL)

# A cluster on this machine, and everything in it broken in turn: a quarter of an hour (docs/cluster.md).
cluster: .venv/dev.stamp
	@$(BIN)/python -m deploy.cluster $(DRILLS)

# The operators' page followed literally on an empty folder: two to seven minutes.
rehearsal: .venv/dev.stamp
	@$(BIN)/python -m deploy.rehearsal

# The data of this version, from which later ones are tested to upgrade (docs/contributors.md, Releases).
release-data: .venv/dev.stamp
	@$(BIN)/python -m tests.upgrade.recording

# Pins with hashes and names no index, so that any mirror serves.
lock: .venv/dev.stamp
	$(BIN)/python -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o requirements.txt
	$(BIN)/python -m uv pip compile pyproject.toml --extra embedded --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.txt -o requirements-embedded.txt
	$(BIN)/python -m uv pip compile --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.txt -o requirements-dev.txt

# Collects the strings, then compiles the catalogue (GNU gettext is needed for the first half only).
messages: .venv/dev.stamp
	$(BIN)/python manage.py makemessages -l vi --no-location --no-wrap --no-obsolete -i .venv -i var -i tests -i benchmarks
	$(BIN)/python -c 'import sys, polib; polib.pofile(sys.argv[1] + ".po").save_as_mofile(sys.argv[1] + ".mo")' $(MESSAGES)

# What can be made again. Data is not.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The embedded database, the uploads and the keys of this checkout. Nothing brings them back but a backup.
erase-data:
	@du -sh var 2>/dev/null || { echo "There is no data in var/"; exit 1; }
	@printf 'This erases the database, the uploads and the keys in var/ for ever. Type "erase" to go on: '; \
	  read answer; [ "$$answer" = erase ] || { echo "Nothing was erased"; exit 1; }
	rm -rf "$$(readlink -f var/postgres/home || echo var)" var

# The browser tests need Chromium, without windows of its own where there is such a package; it comes from the system's.
browser:
	@if ! command -v chromium-headless-shell >/dev/null && ! command -v chromium >/dev/null \
	    && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  echo "Installing Chromium for the browser tests"; \
	  { $$SUDO apt-get update -qq && { \
	    $$SUDO apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1 \
	    || $$SUDO apt-get install -y -qq --no-install-recommends chromium >/dev/null; }; } \
	    || echo "Install Chromium by hand: the browser tests need it"; \
	fi

# The pool that the portal is tested behind comes from there too.
pgbouncer:
	@if ! command -v pgbouncer >/dev/null && ! [ -x /usr/sbin/pgbouncer ]; then \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  echo "Installing pgbouncer for the tests"; \
	  { $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends pgbouncer >/dev/null; } \
	    || echo "Install pgbouncer by hand: the tests need it"; \
	fi

# The benchmark drives its servers with wrk, from the system's packages too.
wrk:
	@if ! command -v wrk >/dev/null; then \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  echo "Installing wrk for the benchmark"; \
	  { $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends wrk >/dev/null; } \
	    || echo "Install wrk by hand: the benchmark needs it"; \
	fi

# Debian without python3-venv leaves half a folder behind, in which every later try would fail: it is made anew.
.PHONY: venv
venv:
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (set PYTHON=...)"; exit 1; }; \
	  rm -rf .venv; \
	  echo "Making a virtual environment in .venv"; \
	  $(PYTHON) -m venv .venv && $(BIN)/python -m pip --version >/dev/null \
	    || { rm -rf .venv; echo "$(PYTHON) makes no virtual environment with pip: on Debian, apt-get install python3-venv"; exit 1; }; \
	fi

.venv/run.stamp: requirements.txt $(EMBEDDED) | venv
	@echo "Installing the portal's packages; the first time takes a minute"
	$(PIP) install --quiet --require-hashes -r requirements.txt $(EMBEDDED:%=-r %)
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt $(EMBEDDED) | venv
	@echo "Installing the packages of portal and tests; the first time takes a minute or two"
	$(PIP) install --quiet --require-hashes -r requirements.txt -r requirements-dev.txt $(EMBEDDED:%=-r %)
	@touch $@ .venv/run.stamp
