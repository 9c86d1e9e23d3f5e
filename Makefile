# make run    set everything up, derive the shipped world, answer a question of it
# make test   set everything up and run the tests
# make test-long  try what is said to be certain in a thousand worlds (ten minutes)
# make lint   style and types
# make docs   run every example in the documentation
# make vendor   fetch anew the files of others that the atlas serves (needs npm)
# make screenshots  pictures of the atlas for the documentation (needs Chromium)

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: run test test-long lint docs screenshots format vendor clean

run: $(READY)
	@$(BIN)/dragoman on 1922-04-17 --between germany "soviet russia"
	@$(BIN)/python -m dragoman.cli.next

test: $(READY)
	@$(BIN)/pytest -n auto

test-long: $(READY)
	@DRAGOMAN_WORLDS=1000 DRAGOMAN_EXAMPLES=2000 $(BIN)/pytest -n auto tests/state/test_doubt.py \
		tests/law/test_doubt.py

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/dragoman check
	@$(BIN)/dragoman format --check
	@$(BIN)/dragoman law format --check src/dragoman/institutions/*.law

docs: $(READY)
	@$(BIN)/pytest -n auto tests/docs

screenshots: $(READY)
	@$(BIN)/python -m curation.screenshots

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/dragoman format

vendor:
	@$(PYTHON) curation/vendor.py

$(READY): pyproject.toml
	@echo "Setting up Dragoman in .venv (once; a minute or so) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $(READY)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
