"""Look for secrets in all that was ever committed: `python -m tests.history`; the exit code is 1 when one is found.

Every run looks at the files as they are (tests/house/test_secrets.py). This looks at each line that any commit of any
branch added, so at what was removed since as well. It knows the same kinds of secrets, and no others; what is in a
picture or another file that is no text it does not see. A digest in a line without that word looks like a key: a person
judges what is named.
"""

import subprocess
import sys

from tests.house.test_repository import ROOT
from tests.house.test_secrets import found_in


def main() -> int:
    """Name the commit, the file and the kind of each secret; never the secret itself."""
    asked = ["git", "log", "--all", "-p", "-U0", "--no-color", "--no-renames", "--no-ext-diff", "--format=commit %h"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False)
    if said.returncode != 0:
        sys.stderr.write("There is no history here: run this in a clone.\n")
        return 2
    found, commits = set[str](), 0
    commit = name = ""
    lines: list[str] = []

    def look() -> None:
        if name and not name.endswith((".lock", ".b64")):
            kinds = {one.rpartition(": ")[2] for one in found_in("\n".join(lines), name)}
            found.update(f"{commit} {name}: {kind}" for kind in kinds)
        lines.clear()

    for line in said.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith("commit "):
            look()
            commit, name, commits = line.removeprefix("commit "), "", commits + 1
        elif line.startswith("+++ "):
            look()
            name = line.removeprefix("+++ ").removeprefix("b/")
        elif line.startswith("+"):
            lines.append(line[1:])
    look()
    sys.stdout.write("".join(f"{one}\n" for one in sorted(found)))
    sys.stdout.write(f"{commits} commits: {len(found) or 'no'} {'place' if len(found) == 1 else 'places'}.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
