"""The repository itself: what lies where, how long files are, and what must never be in one."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "deploy",
    "intake",
    "migrations",
    "pyproject.toml",
    "requirements.lock",
    "static",
    "templates",
    "tests",
}
LONGEST = 400
LOCKS = ("requirements.lock", "tests/requirements.lock")
NO_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc"}


def _files() -> list[Path]:
    """What is or will be in the repository: tracked files and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    # A downloaded archive has no history: all files, without what tools leave behind.
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not {".venv", "var", "__pycache__"} & set(path.parts) and ".cache" not in path.name
    ]


FILES = _files()
PYTHON = [path for path in FILES if path.suffix == ".py"]
PRODUCT = [path for path in PYTHON if path.is_relative_to(ROOT / "intake")]


def test_the_top_level_holds_what_the_design_names_and_nothing_else():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} <= TOP_LEVEL


def test_no_python_file_is_longer_than_a_person_reads_at_once():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in PYTHON}
    assert not {name: length for name, length in lengths.items() if length > LONGEST}


def test_no_module_has_a_name_that_says_nothing():
    assert not [path for path in PYTHON if path.stem in NO_NAMES or path.parent.name in NO_NAMES]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(name):
    lock = (ROOT / name).read_text("ascii")
    assert "://" not in lock and "--index-url" not in lock and "@ " not in lock
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[A-Za-z0-9_.-]+(\[[\w,-]+\])?==\S+", block), block.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]


def test_the_tests_run_with_the_very_versions_of_the_product():
    pinned = [dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(), re.M)) for name in LOCKS]
    product, tests = pinned
    assert product.items() <= tests.items()


def test_no_file_names_a_folder_of_somebodys_machine():
    private = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/[A-Za-z]")
    found = []
    for path in FILES:
        if path == Path(__file__) or path.suffix in {".png", ".b64", ".lock"}:
            continue
        if private.search(path.read_text("utf-8", errors="replace")):
            found.append(str(path.relative_to(ROOT)))
    assert not found


def test_no_private_key_and_no_database_lies_in_the_repository():
    assert not [path for path in FILES if path.suffix in {".pem", ".key", ".db", ".sqlite", ".mo"}]
    # Put together here, so that this file does not hold what it looks for.
    mark = "BEGIN " + "PRIVATE KEY"
    assert not [path for path in FILES if mark in path.read_text("utf-8", errors="replace")]


def test_every_public_function_and_class_of_the_product_says_what_it_is_for():
    silent = []
    for path in PRODUCT:
        tree = ast.parse(path.read_text("utf-8"))
        nodes = [tree] if path.name != "__init__.py" or tree.body else []
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                nodes.append(node)
        for node in nodes:
            name = getattr(node, "name", "the module")
            if not name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}: {name}")
    assert not silent


def test_nothing_is_left_for_later():
    # Put together here, so that this file does not hold what it looks for.
    words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]) + r")\b")
    assert not [str(path.relative_to(ROOT)) for path in PYTHON if words.search(path.read_text("utf-8"))]
