# `make help` lists what there is. Everything runs from .venv, which is built when needed.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
CLIENTS := tests/clients/node_modules/.package-lock.json
PORT ?= 8000
SANDBOX_PORT ?= 12111
T ?=
PROOFS := tests/orders/test_histories.py tests/stripe_calls/test_crashes.py tests/refunds tests/debts tests/disputes \
	tests/reconciliation
export PORT SANDBOX_PORT

# Without ensurepip, so that Debian's split-off python3-venv is not needed; pip itself comes
# with the requirements. Wheels only: nothing is compiled, nothing of a package runs.
INSTALL := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install \
	--require-hashes --only-binary :all: --no-deps --no-compile

##@ Try it
.PHONY: demo demo-reset
demo: $(RUN) ## The whole marketplace on this machine, with a sandbox instead of Stripe
	exec $(BIN)/python -m demo

demo-reset: $(RUN) ## Forget the demo's data and start over
	exec $(BIN)/python -m demo reset

##@ Work on it
.PHONY: setup test proof check format sandbox bench clients
setup: $(DEV) clients ## Everything that development needs

clients: ## Stripe's Node and command-line clients, if npm is here
	@if command -v npm >/dev/null; then $(MAKE) -s $(CLIENTS); fi

test: check clients ## All checks and tests; `make test T=tests/orders` runs one place only
ifeq ($(T),)
	$(BIN)/pytest -n 2 --dist loadgroup
else
	$(BIN)/pytest $(T)
endif

proof: $(DEV) ## The proofs in full length, about two hours: every history, every crash
	PROOF=whole $(BIN)/pytest -n 2 --dist loadgroup $(PROOFS)

check: $(DEV) ## Lint, formatting, types, and who may import whom
ifeq ($(T),)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
endif

format: $(DEV) ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sandbox: $(RUN) ## The Stripe sandbox alone, on SANDBOX_PORT
	exec $(BIN)/python -m stripe_sandbox --port $(SANDBOX_PORT)

bench: $(RUN) ## Requests per second and CPU time per request, beside a bare Flask page
	$(BIN)/python -m bench
	$(BIN)/python -m bench.sandbox
	$(BIN)/python -m bench.imports

##@ Run it with your own settings
.PHONY: serve worker
serve: $(RUN) ## The web server
	exec $(BIN)/python -m storefront serve

worker: $(RUN) ## The worker
	exec $(BIN)/python -m storefront worker

##@ Maintain it
.PHONY: lock clean help
LOCK := uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --universal \
	--python-version 3.11 --no-header -q
lock: ## Choose the newest versions of all packages (needs uv)
	$(LOCK) --upgrade -o requirements.txt
	$(LOCK) --upgrade --group dev -o requirements-dev.txt

clean: ## Delete .venv and what tools have cached; data in var/ stays
	rm -rf $(VENV) tests/clients/node_modules .mypy_cache .ruff_cache .import_linter_cache .hypothesis

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv --without-pip $(VENV)

$(RUN): requirements.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what the shop needs (about 20 seconds)…"
	$(INSTALL) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what the shop and its tests need (about 40 seconds)…"
	$(INSTALL) -r requirements-dev.txt
	@touch $@ $(RUN)

$(CLIENTS): tests/clients/package-lock.json
	@echo "Installing the clients that the sandbox is tested with (about 5 seconds)…"
	npm ci --prefix tests/clients
	@touch $@
