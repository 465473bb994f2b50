# Thin on purpose: each target is one line over the `labkit` command line (src/labkit/cli.py).
#
#   LAB=04-relative   one lab instead of all (04, 4 and relative work too)
#   TASK=apply_rope   the task that a hint is wanted for
#   IMPL=solutions    run on the reference instead of your src/
#   COURSE=course     the nbgrader course directory
#   PAGE=FILE         the page whose table of differences `make parity` writes
#   FORCE=1           grade again what has not changed
#   PYTHON=python3.12 the interpreter that creates the environment (3.11 to 3.14)

PYTHON ?=
SUPPORTED := >=3.11,<3.15
IMPL ?= src
COURSE ?= course
LAB ?=
TASK ?=
VENV := .venv
BIN := $(VENV)/bin
ONE_LAB := $(if $(LAB),--lab "$(LAB)")
SELECT := $(ONE_LAB) --impl "$(IMPL)"
FOLDER := --folder "$(COURSE)"

.DEFAULT_GOAL := help
.PHONY: help verify grade hint watch doctor demo course autograde feedback grades formgrader jupyter notebooks mutants mutation parity record bench test stubs golden drift lint types pictures pins clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) $(if $(wildcard solutions),,| grep -vE '## (instructors|authors):') | sed -E 's/:[^#]*## /\t/' | awk -F '\t' '{printf "  make %-10s %s\n", $$1, $$2}'

verify: $(VENV)/students ## run the experiments on your code: plots, verify_output.txt, manifest.json, and the board
	@$(BIN)/labkit verify $(SELECT)

grade: $(VENV)/students ## your points, task by task, and what each failed check saw
	@$(BIN)/labkit grade $(SELECT)

hint: $(VENV)/students ## the next hint for TASK, one at a time
	@$(BIN)/labkit hint $(if $(TASK),"$(TASK)") $(ONE_LAB)

watch: $(VENV)/students ## your points for LAB again at every save
	@$(BIN)/labkit watch $(if $(LAB),--lab "$(LAB)") || test $$? -eq 130 # Ctrl-C is how it ends

doctor: $(VENV)/isolation ## instructors: can the code of strangers be graded here? attacks a locked process to find out
	@$(BIN)/labkit doctor

course: $(VENV)/instructors ## instructors: assemble an nbgrader course directory, and the students' zip
	@$(BIN)/labkit course $(FOLDER)

autograde: $(VENV)/instructors ## instructors: grade what was handed in, isolated, on all processors
	@$(BIN)/labkit autograde $(FOLDER) $(ONE_LAB) $(if $(FORCE),--force)

feedback: $(VENV)/instructors ## instructors: a feedback page for every graded submission
	@$(BIN)/labkit feedback $(FOLDER) $(ONE_LAB)

grades: $(VENV)/instructors ## instructors: grades.csv, a row for every student and lab
	@$(BIN)/labkit grades $(FOLDER)

formgrader: $(VENV)/instructors ## instructors: mark written answers in the browser
	@$(BIN)/labkit formgrader $(FOLDER)

demo: $(VENV)/instructors ## instructors: everything once on the reference, and a class of forty, in build/demo
	@$(BIN)/labkit demo

jupyter: $(VENV)/notebooks ## JupyterLab on the labs' notebooks
	@$(BIN)/jupyter lab $(or $(if $(LAB),$(firstword $(wildcard labs/$(LAB) labs/$(LAB)-* labs/0$(LAB)-* labs/*-$(LAB)))),labs)

test: $(VENV)/tests ## authors: the course's own tests
	@$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile

stubs: $(VENV)/students ## authors: write src/ropelab from solutions/ropelab
	@$(BIN)/labkit stubs

notebooks: $(VENV)/students ## authors: write labs/*/*.ipynb from the handouts, the answers and the tests
	@$(BIN)/labkit notebooks

golden: $(VENV)/students ## authors: write tests/golden from the reference and the catalogue
	@$(BIN)/labkit golden

mutants: $(VENV)/students ## authors: grade every known wrong answer; which test catches which (docs/mistakes.md)
	@$(BIN)/labkit mutants

mutation: $(VENV)/mutation ## authors: change the solutions in every small way; does a graded test notice? (minutes)
	@$(BIN)/python tests/mutation/run.py

parity: $(VENV)/parity ## authors: the reference beside transformers, torch, rotary-embedding-torch and ONNX
	@$(BIN)/python tests/parity/run.py $(if $(PAGE),--write "$(PAGE)")

record: $(VENV)/parity ## authors: measure lab 08's reference on this machine, for the chart that students see
	@$(BIN)/python tests/bench/record_speed.py

bench: $(VENV)/instructors ## authors: rotations beside torch and a copy; isolated grading, and a class, beside stock nbgrader
	@$(BIN)/python tests/bench/mathematics.py
	@$(BIN)/python tests/bench/isolated.py
	@$(BIN)/python tests/bench/class_of_students.py

pictures: $(VENV)/students ## authors: draw the README's picture again
	@$(BIN)/labkit pictures

drift: $(VENV)/students ## authors: does everything generated agree with its source?
	@$(BIN)/labkit stubs --check
	@$(BIN)/labkit golden --check
	@$(BIN)/labkit mutants --check
	@$(BIN)/labkit pictures --check
	@$(BIN)/labkit notebooks --check

lint: $(VENV)/authors ## authors: style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/authors ## authors: the type checker
	@$(BIN)/mypy
	@for script in experiments/*/verify.py; do $(BIN)/mypy --no-error-summary $$script || exit 1; done

pins: ## authors: resolve constraints.txt again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --all-extras --python-version 3.11 --no-header --no-annotate -q -o constraints.txt

clean: ## remove what runs have written, keep the environment
	rm -rf build experiments/*/*.png experiments/*/manifest.json experiments/*/verify_output.txt

# The environment: uv where it is installed, venv and pip where it is not. Made on first use, made again when a pin moves.
define install
	@if command -v uv >/dev/null 2>&1; then \
	  { [ -x $(BIN)/python ] || uv venv --quiet --python '$(or $(PYTHON),$(SUPPORTED))' $(VENV); } && \
	  uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '$(1)'; \
	else \
	  { $(or $(PYTHON),python3) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
	    { echo 'make: $(or $(PYTHON),python3) is not Python 3.11 to 3.14: try make PYTHON=python3.12' >&2; exit 2; }; } && \
	  { [ -x $(BIN)/pip ] || $(or $(PYTHON),python3) -m venv $(VENV); } && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '$(1)'; \
	fi
	@touch $@
endef

$(VENV)/students: pyproject.toml constraints.txt
	@echo 'Preparing $(VENV) (once).'
	$(call install,.)

$(VENV)/authors: $(VENV)/students
	$(call install,.[authors])

$(VENV)/instructors: $(VENV)/students
	$(call install,.[instructors])

$(VENV)/notebooks: $(VENV)/students
	$(call install,.[notebooks])

$(VENV)/tests: $(VENV)/students
	$(call install,.[tests])

# torch from PyPI brings gigabytes of CUDA on Linux; its CPU build has an index of its own, which uv knows by name. Whoever
# has the wheels at hand names their folder in UV_FIND_LINKS (pip: PIP_FIND_LINKS), and the index is left out.
ifndef UV_FIND_LINKS
$(VENV)/parity: export UV_TORCH_BACKEND := $(or $(UV_TORCH_BACKEND),cpu)
endif
ifndef PIP_FIND_LINKS
$(VENV)/parity: export PIP_EXTRA_INDEX_URL := $(or $(PIP_EXTRA_INDEX_URL),https://download.pytorch.org/whl/cpu)
endif
$(VENV)/parity: $(VENV)/students
	$(call install,.[parity])

$(VENV)/isolation: $(VENV)/students
	$(call install,.[isolation])

$(VENV)/mutation: $(VENV)/students
	$(call install,.[mutation])
