"""What the product is made of: every package of the lock, with its hashes, in the CycloneDX format. No network."""

import argparse
import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ..bootstrap import LOCK, ROOT
from .licences import LICENCES
from .refusals import Refusal, about

# A name of our own, so that the same lock always makes the same file.
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "asylum-intake.sbom")
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>[^\\\n]+))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def sbom_options(parser: argparse.ArgumentParser) -> None:
    """Options of `sbom`."""
    about(
        parser,
        "Write the software bill of materials: every package that the lock names, with its version, its licence and "
        "the hashes of all its files, as CycloneDX 1.5 JSON. It is read from the lock alone: nothing is asked over the "
        "network, and the same lock gives the same bytes. Run it from a checkout.",
        "",
        "--to intake.cdx.json",
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    parser.set_defaults(run=sbom)


def sbom(options: argparse.Namespace) -> int:
    """Write the inventory."""
    project = ROOT / "pyproject.toml"
    if not LOCK.exists() or not project.exists():
        raise Refusal("The lock is not here: run this from a checkout.")
    text = json.dumps(inventory(LOCK.read_text("ascii"), project.read_text("utf-8")), indent=2) + "\n"
    if options.to is None:
        sys.stdout.write(text)
    else:
        options.to.write_text(text, "ascii")
    return 0


def inventory(lock: str, project: str) -> dict[str, Any]:
    """A CycloneDX document of what `lock` pins; `project` is the text of pyproject.toml."""
    own = tomllib.loads(project)["project"]
    parts = list(_parts(lock))
    root = f"pkg:pypi/{own['name']}@{own['version']}"
    direct = {_plain(re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0]) for one in own["dependencies"]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": uuid.uuid5(_NAMESPACE, hashlib.sha256((lock + project).encode()).hexdigest()).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": own["name"],
                "version": own["version"],
                "licenses": [{"license": {"id": own["license"]}}],
                "purl": root,
            }
        },
        "components": parts,
        "dependencies": [{"ref": root, "dependsOn": [one["bom-ref"] for one in parts if one["name"] in direct]}],
    }


def _parts(lock: str) -> Iterator[dict[str, Any]]:
    """Each pinned package as a component."""
    for block in re.split(r"\n(?=\S)", lock.strip()):
        pin = _PIN.match(block)
        if pin is None:
            raise Refusal(f"This line of the lock names no version: {block.splitlines()[0]}")
        name = _plain(pin["name"])
        address = f"pkg:pypi/{name}@{pin['version']}"
        part: dict[str, Any] = {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": pin["version"],
            "scope": "required",
            "hashes": [{"alg": "SHA-256", "content": one} for one in sorted(set(_HASH.findall(block)))],
            "licenses": _licences(name),
            "purl": address,
        }
        if pin["marker"]:
            part["properties"] = [{"name": "python:marker", "value": pin["marker"].strip()}]
        yield part


def _licences(name: str) -> list[dict[str, Any]]:
    """Its licence as CycloneDX has it: one by its id, several as an expression. Raises Refusal when none is noted."""
    licence = LICENCES.get(name)
    if licence is None:
        raise Refusal(f"The licence of {name} is not noted: look it up and add it to intake/cli/licences.py.")
    return [{"expression": licence}] if " " in licence else [{"license": {"id": licence}}]


def _plain(name: str) -> str:
    """A package's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


COMMANDS = {"sbom": sbom_options}
