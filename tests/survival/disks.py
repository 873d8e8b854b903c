"""Small disks, to be filled."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.survival.nodes import Node

SMALL_DISK_MIB = 40
TABLES_MIB, LOG_MIB = 80, 24


def fill(disk: Path, seconds: float) -> int:
    """Fill the disk to the last byte for a while; how many bytes that took."""
    filler, block, size = disk / "filler", bytes(64 * 1024), 0
    deadline = time.monotonic() + seconds
    with filler.open("wb", buffering=0) as out:
        while time.monotonic() < deadline:
            try:
                size += out.write(block)
            except OSError:
                block = block[: len(block) // 2] or bytes(4096)
                time.sleep(0.02)
    filler.unlink()
    return size


@contextlib.contextmanager
def small_disk(folder: Path, name: str = "disk", mib: int = SMALL_DISK_MIB) -> Iterator[Path | None]:
    """A disk of few bytes in `folder`, of the same owner; None where this account may not mount one."""
    place = folder / name
    place.mkdir()
    owner = folder.stat()
    options = f"size={mib}m,mode=700,uid={owner.st_uid},gid={owner.st_gid}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], capture_output=True)


def small_node(kept: contextlib.ExitStack) -> Node:
    """A node, not created yet, whose tables and whose log lie on a small disk each; `kept` unmounts these.

    Raises RuntimeError where this account may not mount.
    """
    node = Node()
    # Once more when the disks are gone: what is left then is the folder.
    kept.callback(node.remove)
    disks = [
        kept.enter_context(small_disk(node.folder, name, mib))
        for name, mib in (("tables", TABLES_MIB), ("log", LOG_MIB))
    ]
    tables, log = disks
    if tables is None or log is None:
        raise RuntimeError("this account may not mount a small disk")
    node.data, node.log = tables / "data", log / "log"
    return node
