"""What the product is built on: only what the locks name, by hash, under licences that we may pass on. No network."""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from intake.cli.licences import LICENCES
from tests.house.licences import ALLOWED, licence_of, parts_of, plain
from tests.house.test_repository import LOCKS, ROOT

PIN = re.compile(r"([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==([A-Za-z0-9.!+-]+)(?: ; [^\\]+?)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
# They make the environment and are no part of it.
TOOLS = {"pip", "setuptools", "wheel"}


def pins(lock: str) -> dict[str, set[str]]:
    """Package -> the versions that a lock allows."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / lock).read_text("ascii")):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pinned_packages_with_hashes_and_nothing_else(lock):
    lines = (ROOT / lock).read_text("ascii").splitlines()
    odd = [
        line
        for line in lines
        if line and not line.startswith("#") and not (PIN.fullmatch(line) or HASH.fullmatch(line))
    ]
    assert not odd, "an address, an option or a package without a version"
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert not PIN.fullmatch(line) or HASH.fullmatch(following), f"{line} has no hash"
    assert len(pins(lock)) > 40


def test_the_products_lock_is_part_of_that_of_the_tests():
    ours, tested = pins("requirements.lock"), pins("tests/requirements.lock")
    assert {name for name in ours if not ours[name] <= tested.get(name, set())} == set()


def test_every_installed_package_is_in_a_lock_under_a_licence_that_we_may_pass_on():
    locked = pins("tests/requirements.lock")
    inside = Path(sys.prefix).resolve()
    odd, seen = [], 0
    for package in distributions():
        name = plain(package.metadata["Name"])
        if (
            name in TOOLS
            or name == "asylum-intake"
            or inside not in Path(str(package.locate_file(""))).resolve().parents
        ):
            continue
        seen += 1
        licence = licence_of(package)
        if package.version not in locked.get(name, ()):
            odd.append(f"{name} {package.version} is in no lock")
        if not licence or not set(parts_of(licence)) <= ALLOWED:
            odd.append(f"{name} has the licence {licence or 'that nobody knows'}")
        if name in LICENCES and LICENCES[name] != licence:
            odd.append(f"{name} is noted as {LICENCES[name]} and says {licence}")
    assert not odd and seen > 60


def test_the_licence_of_every_package_of_the_product_is_noted():
    assert set(LICENCES) == set(pins("requirements.lock"))
    assert {part for one in LICENCES.values() for part in parts_of(one)} <= ALLOWED
