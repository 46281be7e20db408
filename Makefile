# Two commands do everything: `make run` and `make test`. Both install what they need,
# uv included, into this folder (.tools, .venv) and nowhere else.
.DEFAULT_GOAL := run
.PHONY: run check test system-deps bench clean install docs mutate-exchange

PYTHON ?= python3
OUT ?= build/yrd
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen
# Python starts many times here; without what it compiled the first time, each start takes seconds longer.
export PYTHONDONTWRITEBYTECODE :=

run: install ## read the bundled package, write the report
	$(RUN) heban run data/yrd -o $(OUT) --force

check: install ## ruff, mypy, import-linter
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

test: check ## check, then every test and every docstring example
	$(RUN) pytest -n auto --dist loadfile --no-loadscope-reorder

docs: install ## rewrite the tables of docs/ that are made from code
	$(RUN) python -m scripts.docs

mutate-exchange: install ## drop each guard of the exchange's database; one that no test misses is a failure
	$(RUN) python -m scripts.mutations

bench: $(patsubst benchmarks/%.py,bench-%,$(wildcard benchmarks/*.py)) ## every benchmark

bench-%: install ## one benchmark
	$(RUN) --group bench python -m benchmarks.$(subst -,_,$*)

install: .venv/.installed

.venv/.installed: pyproject.toml uv.lock CHANGELOG.md | $(UV)
	$(UV) sync --frozen
	@touch $@

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet uv

system-deps: ## Chromium and CJK fonts, through the system's package manager
	sh scripts/system-deps.sh

clean:
	rm -rf build .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
