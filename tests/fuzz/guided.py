"""One target under atheris, which sees which lines an input reaches: `python -m tests.fuzz.guided NAME OPTIONS…`.

It never returns: libFuzzer ends the process, with 0 when the time is over and otherwise with what it found on its line.
"""

import sys

import atheris

with atheris.instrument_imports(include=["intake", "waitress", "feedparser", "markdown_it", "yaml"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup([*sys.argv, f"-max_len={target.longest}"], target.check)
    atheris.Fuzz()
