"""The bill of materials: all that the lock names, with every hash, the same each time and without a network."""

import json
import re
import socket

from intake.bootstrap import LOCK
from intake.cli import main


def test_every_locked_package_is_in_the_bill_of_materials_with_every_hash(tmp_path, monkeypatch, capsys):
    def refused(*_parts, **_named):
        raise AssertionError("the bill of materials asked the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    assert main(["sbom"]) == 0
    text = capsys.readouterr().out
    assert main(["sbom", "--to", str(tmp_path / "bill.json")]) == 0
    assert (tmp_path / "bill.json").read_text() == text
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    lock = LOCK.read_text("ascii")
    pins = re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;]+)", lock, re.MULTILINE)
    parts = bill["components"]
    # A package can be there twice, for an older Python and a newer one.
    assert [(one["name"], one["version"]) for one in parts] == pins and len(set(pins)) == len(pins) > 40
    assert [one["purl"] for one in parts] == [f"pkg:pypi/{name}@{version}" for name, version in pins]
    hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", lock)
    assert sorted(one["content"] for part in parts for one in part["hashes"]) == sorted(hashes)
    assert all(part["hashes"] for part in parts)
    told = {part["name"]: [one.get("expression") or one["license"]["id"] for one in part["licenses"]] for part in parts}
    assert told["flask"] == ["BSD-3-Clause"] and told["cryptography"] == ["Apache-2.0 OR BSD-3-Clause"]
    assert {"type", "bom-ref", "name", "version", "purl"} <= set.intersection(*(set(part) for part in parts))
    refs = [part["bom-ref"] for part in parts]
    assert len(set(refs)) == len(refs)
    # The application leans on what it names itself, and each of those is there.
    [own] = bill["dependencies"]
    assert own["ref"] == bill["metadata"]["component"]["bom-ref"]
    assert {f"pkg:pypi/{name}@{dict(pins)[name]}" for name in ("flask", "psycopg", "nh3")} <= set(own["dependsOn"])
    assert set(own["dependsOn"]) <= {part["bom-ref"] for part in parts} and len(own["dependsOn"]) >= 24
