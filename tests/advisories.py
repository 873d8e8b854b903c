"""Compare the locks with known vulnerabilities: `python -m tests.advisories EXPORT`, without a network.

EXPORT is what the operator brings: a folder or a ZIP of OSV records (https://ossf.github.io/osv-schema/), such as the
one that osv.dev offers for PyPI. It ages from the day on which it was made; that day is printed. This finds only what
somebody has reported for a version that a lock names: no unknown fault, nothing about Python itself, SQLite, PostgreSQL
or the system, and not whether the product calls what is vulnerable.
"""

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "tests/requirements.lock")
_PIN = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.MULTILINE)


class NoExport(ValueError):
    """What was given holds no OSV records; a sentence."""


def main(argv: list[str] | None = None) -> int:
    """0: nothing known. 1: something is. 2: the export cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.advisories", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", type=Path, help="a folder or a ZIP of OSV records in JSON")
    options = parser.parse_args(argv)
    try:
        known = list(records(options.export))
    except NoExport as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = False
    for lock in LOCKS:
        pins = _PIN.findall((ROOT / lock).read_text("ascii"))
        for name, version, one in matches(pins, known):
            sys.stdout.write(f"{lock}: {name} {version}: {one['id']} {str(one.get('summary', ''))[:120]}\n")
            found = True
    newest = max((str(one.get("modified", "")) for one in known), default="")
    sys.stdout.write(
        f"{len(known)} records, the newest of {newest[:10] or 'no day'}: "
        f"{'see above' if found else 'none is about a version that a lock names'}.\n"
    )
    return 1 if found else 0


def records(export: Path) -> Iterator[Mapping[str, Any]]:
    """The OSV records of an export, without those that were withdrawn. Raises NoExport."""
    count = 0
    for name, text in _texts(export):
        try:
            record = json.loads(text)
        except ValueError:
            raise NoExport(f"{name} is no JSON.") from None
        if not isinstance(record, dict) or "id" not in record or not isinstance(record.get("affected", []), list):
            raise NoExport(f"{name} is no OSV record.")
        count += 1
        if "withdrawn" not in record:
            yield record
    if not count:
        raise NoExport("There is no OSV record here: give a folder or a ZIP of JSON files.")


def _texts(export: Path) -> Iterator[tuple[str, bytes]]:
    if export.is_dir():
        yield from ((path.name, path.read_bytes()) for path in sorted(export.rglob("*.json")))
        return
    try:
        with zipfile.ZipFile(export) as packed:
            yield from ((name, packed.read(name)) for name in packed.namelist() if name.endswith(".json"))
    except (OSError, zipfile.BadZipFile):
        raise NoExport(f"{export.name} is neither a folder nor a ZIP.") from None


def matches(
    pins: list[tuple[str, str]], known: list[Mapping[str, Any]]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Package, version and record for each record that is about a pinned version."""
    by_name: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for record in known:
        for affected in record.get("affected", []):
            package = affected.get("package", {})
            if str(package.get("ecosystem", "")).partition(":")[0] == "PyPI":
                by_name.setdefault(_plain(str(package.get("name", ""))), []).append((record, affected))
    for name, version in pins:
        told: set[str] = set()
        for record, affected in by_name.get(_plain(name), []):
            if record["id"] not in told and _is_affected(Version(version), affected):
                told.add(record["id"])
                yield name, version, record


def _is_affected(version: Version, affected: Mapping[str, Any]) -> bool:
    """By the listed versions, or by a range of the ecosystem; what cannot be read counts as affected."""
    try:
        if version in {Version(one) for one in affected.get("versions", [])}:
            return True
    except InvalidVersion:
        if str(version) in affected["versions"]:
            return True
    ranges = [one for one in affected.get("ranges", []) if one.get("type") == "ECOSYSTEM"]
    return any(_is_within(version, one.get("events", [])) for one in ranges)


def _is_within(version: Version, events: list[Mapping[str, str]]) -> bool:
    try:
        steps = [(Version(what["introduced"]), 0) for what in events if "introduced" in what]
        steps += [(Version(what["fixed"]), 1) for what in events if "fixed" in what]
        ends = [Version(what["last_affected"]) for what in events if "last_affected" in what]
    except InvalidVersion:
        return True
    inside = False
    for at, kind in sorted(steps):
        if at <= version:
            inside = kind == 0
    return inside and not any(
        end < version for end in ends if not any(end < at <= version for at, kind in steps if kind == 0)
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    raise SystemExit(main())
