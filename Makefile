# The only way in: people and CI call the same targets.
PYTHON ?= python3
RUN := .venv/bin/python
WORKERS ?= 2
PYTEST := $(RUN) -m pytest
PARALLEL := -n $(WORKERS) --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev assets up down reset test quick test-integration test-doors test-e2e test-chaos \
	bench check format lint types contracts contracts-check migrate rebuild reconcile refill \
	restored withdraw backup restore release parked token memory verifier \
	verify-log verify-inbox rotate-key witness

help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Start
setup: ## Make .venv from the hashed lock (the other targets do it by themselves)
	@$(PYTHON) deploy/local/install.py runtime

up: setup ## Start everything, with a demonstration agency (BROKER=kafka, DEMO=0, PEOPLE=, SEED=)
	@$(RUN) -m deploy.local.up

down: ## Stop what runs in another window
	@test ! -x $(RUN) || $(RUN) -m deploy.local.down

reset: ## Stop, and forget all data and keys of the local stack
	@test ! -x $(RUN) || $(RUN) -m deploy.local.down --reset

##@ Prove
test: setup-dev assets ## Everything, on real servers (BROKER=kafka: on Apache Kafka)
	$(PYTEST) $(PARALLEL) tests

quick: setup-dev ## Specs, policies, contracts, architecture, docs: seconds, no servers
	$(PYTEST) tests/specs tests/policies tests/contracts tests/architecture tests/docs

test-integration: setup-dev ## Doors, stores, brokers and the traps of our dependencies
	$(PYTEST) $(PARALLEL) tests/integration tests/traps

test-doors: setup-dev ## Whatever their OpenAPI allows, from every role; prints the share of 2xx (DEPTH=)
	$(PYTEST) $(PARALLEL) tests/doors

test-e2e: setup-dev assets ## What a person does, in a browser
	$(PYTEST) tests/e2e

test-chaos: setup-dev ## Kill, pause and restart things while they work
	$(PYTEST) tests/chaos

bench: setup-dev assets ## The measured ratios beside their targets
	$(RUN) -m tests.benchmarks

check: lint types contracts-check test ## What CI runs

##@ Change
format: setup-dev ## Settle the layout of the code
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

lint: setup-dev ## Style, imports and dependencies
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/deptry .

types: setup-dev ## Every type, strictly
	$(RUN) -m mypy

contracts: setup-dev ## Generate schemas, OpenAPI, AsyncAPI and the settings' example anew
	$(RUN) -m contracts.generate

contracts-check: setup-dev ## Fail when something generated is not what is committed
	$(RUN) -m contracts.generate --check

##@ Prove to others
verifier: setup-dev ## Build the offline verifier, one file: .local/verifier/jenjang-verify.pyz
	@$(RUN) -m deploy.verifier

##@ Operate
migrate: ## Bring a database up to date: service=career
	@$(RUN) -m deploy.local.operate $(service) migrate

rebuild: ## Rebuild one read model while it is being read: service=career projection=…
	@$(RUN) -m deploy.local.operate $(service) rebuild $(projection)

reconcile: ## Compare what others said with what was heard: service=career
	@$(RUN) -m deploy.local.operate $(service) reconcile

refill: ## Send stored bytes to Kafka again: service=career
	@$(RUN) -m deploy.local.operate $(service) refill

restored: ## Go on in a new generation, after something was lost in a restore: service=career
	@$(RUN) -m deploy.local.operate $(service) restored

withdraw: ## Lost records do not stand: service=career generation=1 [events=…]
	@$(RUN) -m deploy.local.operate $(service) withdraw $(generation) $(events)

backup: ## Copy the local databases while they work; their journal is kept from then on
	@$(RUN) -m deploy.local.backup

restore: ## Set one service back while the others work: service=career to=2026-11-22T09:30:00+07:00
	@$(RUN) -m deploy.local.restore $(service) $(to)

verify-log: ## Check every event, the tree and the checkpoints outside: service=career
	@$(RUN) -m deploy.local.operate $(service) verify-log

verify-inbox: ## Prove what was heard by its sources' trees: service=career
	@$(RUN) -m deploy.local.operate $(service) verify-inbox

rotate-key: ## Sign checkpoints with a new key from now on: service=career
	@$(RUN) -m deploy.local.operate $(service) rotate-checkpoint-key

witness: ## Countersign the newest checkpoint of the local stack: service=career
	@$(RUN) -m deploy.local.witness $(service)

parked: ## What could not be applied, and why: service=career
	@$(RUN) -m deploy.local.operate $(service) parked

memory: ## What the running stack holds
	@$(RUN) -m deploy.local.memory

# Steps that the targets above take by themselves.
setup-dev:
	@$(PYTHON) deploy/local/install.py dev

assets: setup
	@$(RUN) -m deploy.local.assets
