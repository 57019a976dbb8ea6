# Each target is a few commands anybody could type; `make help` lists them.

SHELL = /bin/sh
# make PYTHON=/path/to/python … takes that one; else local/setup.sh looks for 3.12 or 3.11.
PYTHON =
RUN = .venv/bin/python
UV = .tools/uv/bin/uv

# Airflow is 5,000 files: compiled anew by every process, they take 5 s each time.
unexport PYTHONDONTWRITEBYTECODE
# A .venv whose Python has gone is made anew.
$(shell test -x .venv/bin/python || rm -f .venv/.synced)

.PHONY: help demo test up down status shell sandbox bench lint docs lock package deploy redshift-check clean distclean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ —/' | sort

demo: .venv/.synced ## run every source over weeks of the sandbox's history, and show what came of it
	@$(RUN) -m local demo

# A file's tests share what they start, so a file goes to one process; each has services of its own.
test: .venv/.synced ## run the whole test suite, one process a core, and name the twenty slowest tests
	@$(RUN) -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 20

up: .venv/.synced ## start the services and Airflow, and leave them running
	@$(RUN) -m local up

down: ## stop everything that runs
	@test ! -x $(RUN) || $(RUN) -m local down

status: .venv/.synced ## say what runs, where its log is, and in words how all is doing
	@$(RUN) -m local status

shell: .venv/.synced ## open a shell in which `airflow` works
	@$(RUN) -m local shell

sandbox: .venv/.synced ## run the simulated vendors alone, in the foreground
	@$(RUN) -m local sandbox

bench: .venv/.synced ## measure the ingest road
	@$(RUN) benchmarks/ingest.py

lint: .venv/.synced ## style, types, import layers
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	PYTHONPATH=plugins .venv/bin/lint-imports

docs: .venv/.synced ## write the documentation's tables of DAGs and accounts anew
	@PYTHONPATH=plugins:. AIRFLOW_HOME="$$PWD/.bellwether/docs" AIRFLOW__CORE__LOAD_EXAMPLES=False \
	$(RUN) -m docs.generate README.md docs/*.md .env.example

lock: .venv/.synced ## write the locks anew from requirements.txt and requirements-dev.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade -o requirements.lock requirements.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade -o requirements-dev.lock requirements-dev.txt

package: .venv/.synced ## write what Amazon MWAA takes into dist/
	@$(RUN) -m deploy.mwaa package

deploy: .venv/.synced ## BUCKET=… ENVIRONMENT=…: say what would be brought to Amazon MWAA; with APPLY=yes, bring it
	@$(RUN) -m deploy.mwaa upload --bucket "$(BUCKET)" --environment "$(ENVIRONMENT)" $(if $(filter yes,$(APPLY)),--apply)

redshift-check: .venv/.synced ## try the whole load path on the warehouse and the lake that .env or the environment names
	@$(RUN) -m local redshift-check

clean: ## stop everything and remove the data and the logs
	@test ! -x $(RUN) || $(RUN) -m local clean

distclean: clean ## remove .venv and the tools, too
	rm -rf .venv .tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/.synced: requirements-dev.lock
	@sh local/setup.sh "$(PYTHON)"
