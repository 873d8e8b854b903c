PYTHON ?= python3
LOCK    = uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11

.PHONY: run test check lock

run:
	$(PYTHON) -m intake demo

test check:
	$(PYTHON) -m tests

# The tests' lock is made first and bounds the product's, so that one environment serves both.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 2; }
	$(LOCK) --group test pyproject.toml -o tests/requirements.lock
	$(LOCK) --constraint tests/requirements.lock pyproject.toml -o requirements.lock
