# Everything from a fresh clone. Needs make and Python 3.11 or later, nothing else.
# To use a Python that is not found by its name: make setup PYTHON=path/to/python

VENV := .venv
PY := $(VENV)/bin/python
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 python
# Three processes keep two cores busy: a test waits for programs, disks and pages for a quarter of its time. Each begins
# with a part of its own, so that what a file's tests share is made once. The fast ones wait for nothing, and a third
# process would only collect all tests once more.
AT_ONCE := -n 3 --dist worksteal
FAST := -n 2 --dist worksteal
# 0 leaves to each module's first import what is otherwise compiled for all of them, which takes half of setup.
COMPILED := 1
# Not there, or there with an interpreter that is gone: made again.
NO_VENV := $(if $(shell $(PY) --version 2>/dev/null),,new-venv)

# Each process that a test or a build starts would compile the toolkit anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup spark reports lab check docs test test-fast test-slow test-pythons gallery soak bench sbom lock new-venv
.DELETE_ON_ERROR:

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.stamp ## make .venv and install what requirements.lock pins

spark: $(VENV)/spark/.stamp ## install Apache Spark beside it, 400 MB, for --master and the slow tests; it needs Java 17

reports: $(VENV)/.stamp ## build the database, run the notebooks, write reports/
	$(PY) -m toolkit build

lab: $(VENV)/.stamp ## open JupyterLab on the stories in notebooks/
	$(PY) -m toolkit lab

check: $(VENV)/.stamp ## check the desk's data and notebooks, lint the code, check its types
	$(PY) -m toolkit check
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

test: $(VENV)/.stamp ## run all tests but the slow ones
	$(PY) -m pytest $(AT_ONCE) -m "not slow" $(ARGS)

test-fast: $(VENV)/.stamp ## run those that take under a minute together
	$(PY) -m pytest $(FAST) -m "not slow and not heavy and not browser" $(ARGS)

test-slow: $(VENV)/.stamp ## run the slow tests
	$(PY) -m pytest $(AT_ONCE) -m slow $(ARGS) || { status=$$?; test $$status -eq 5 && echo "There are no slow tests." || exit $$status; }

docs: $(VENV)/.stamp ## build the guides as a site, data/build/guides/index.html; links and anchors are held
	$(PY) -m toolkit.site.guides data/build/guides

gallery: $(VENV)/.stamp ## draw the example of each form of chart: docs/gallery/, which the tests compare
	$(PY) -m toolkit.charts.gallery docs/gallery

soak: $(VENV)/.stamp ## run in full what other targets try a few times; writes docs/soak.md (ARGS="--only NAME": one loop)
	$(PY) -m tests.soak $(ARGS)

test-pythons: $(VENV)/.stamp ## run the fast tests on each Python from 3.11 to 3.14 that is here; say which are not
	$(PY) -m tests.pythons

bench: $(VENV)/.stamp ## measure build, changes, simulator, metrics and pages beside others; writes docs/benchmarks.md
	$(PY) -m bench

sbom: $(VENV)/sbom/.stamp ## list what is installed, with licences, in data/build/sbom.cdx.json (CycloneDX)
	@mkdir -p data/build
	$(VENV)/sbom/bin/python -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible --validate \
		-o data/build/sbom.cdx.json $(PY)

# Extras stay in the lock, or pip looks for the newest version that has one and refuses it as not pinned.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header

lock: $(VENV)/.stamp ## write the locks again after a change to pyproject.toml; pins stay where they fit
	$(PY) -m $(LOCK) --group dev pyproject.toml -o requirements.lock
	$(PY) -m $(LOCK) --group spark -o requirements-spark.lock
	$(PY) -m $(LOCK) --group sbom -o requirements-sbom.lock
	$(PY) -m tests.desk_lock
	$(PY) -m tests.third_party

new-venv:
	@for name in $(PYTHON) $(PYTHONS); do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$name, $$("$$name" --version)"; \
			exec "$$name" -m venv --clear $(VENV); \
		fi; \
	done; \
	echo "Python 3.11 or later is needed. python3 here is: $$(python3 --version 2>&1 || true)" >&2; \
	echo "Install a newer one, or name it: make setup PYTHON=path/to/python" >&2; \
	exit 1

# uv comes from the lock with its hashes, then installs the rest; nothing is fetched that the lock does not name.
$(VENV)/.stamp: $(NO_VENV) requirements.lock pyproject.toml
	@sed -n '/^uv==/,/# via/p' requirements.lock > $(VENV)/uv.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	UV_COMPILE_BYTECODE=$(COMPILED) $(PY) -m uv pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	$(PY) -m uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@rm -rf *.egg-info # it would be read before what is installed, and is not made again where uv has the build in its cache
	@[ $(COMPILED) = 0 ] || $(PY) -m compileall -q toolkit
	$(PY) -m toolkit.lab
	@touch $@

# What cannot be installed in one place with the rest: Spark's server, whose package is that of its client, and sbom's.
$(VENV)/%/.stamp: requirements-%.lock | $(VENV)/.stamp
	$(PY) -m uv venv --quiet --clear --python $(PY) $(VENV)/$*
	$(PY) -m uv pip install --quiet --python $(VENV)/$*/bin/python --require-hashes -r $<
	@touch $@
