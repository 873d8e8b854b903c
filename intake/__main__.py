"""Every command starts here. The first lines must be readable by any Python 3, to say which one is needed."""

import sys


def refusal(version: "tuple[int, ...]") -> "str | None":
    """The sentence for a Python that is too old, or None when `version` will do."""
    if tuple(version[:2]) >= (3, 11):
        return None
    return "This needs Python 3.11 or newer; this is " + ".".join(str(part) for part in version[:2]) + "."


_SENTENCE = refusal(tuple(sys.version_info[:3]))
if _SENTENCE is not None:
    sys.stderr.write(_SENTENCE + "\n")
    sys.exit(2)

from intake.bootstrap import main  # noqa: E402 -- what follows may use the syntax of a newer Python

if __name__ == "__main__":
    sys.exit(main())
