"""A folder of backups: names, what is over the horizon, room on the disk, and what is remembered of the last one."""

import datetime as dt
import json
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..durable import write_whole
from .container import MAGIC, BackupError

ENDING = ".intake-backup"
LAST = "last-backup.json"
_NAME = re.compile(r"intake-([0-9]{8}T[0-9]{6})Z" + re.escape(ENDING))
_SPARE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Last:
    """What an installation remembers of its last backup."""

    at: dt.datetime
    name: str
    size: int
    verified_at: dt.datetime | None = None
    folder: str = ""


def name_at(now: dt.datetime) -> str:
    """The name of a backup that begins at `now`."""
    return f"intake-{now.astimezone(dt.UTC):%Y%m%dT%H%M%S}Z{ENDING}"


def remove_older(folder: Path, days: int, now: dt.datetime) -> list[str]:
    """Remove the backups in `folder` that are older than `days`, never the newest; returns their names.

    Only files that have our name and begin as a backup does.
    """
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) and _is_backup(path))
    old = [path for path in found[:-1] if _taken(path) < now - dt.timedelta(days=days)]
    for path in old:
        path.unlink()
    return [path.name for path in old]


def oldest(folder: Path) -> dt.datetime | None:
    """When the oldest backup in `folder` was taken, by its name."""
    return min((_taken(path) for path in folder.glob(f"*{ENDING}") if _NAME.fullmatch(path.name)), default=None)


def oldest_day(known: Last | None) -> dt.date | None:
    """The day of the oldest backup beside the last one that is known; None when there is none or it is away."""
    shelf = Path(known.folder) if known is not None and known.folder else None
    found = oldest(shelf) if shelf is not None and shelf.is_dir() else None
    return found.date() if found is not None else None


def require_room(folder: Path, needed: int) -> None:
    """Raise BackupError unless `needed` bytes and some to spare are free where `folder` is."""
    free = shutil.disk_usage(folder).free
    if free < needed + needed // 10 + _SPARE:
        raise BackupError(
            f"The disk of {folder} has {free // 2**20} MB free; the backup may need {needed // 2**20 + 16} MB. "
            "Make room or choose another folder; nothing was written."
        )


def remember(data: Path, last: Last) -> None:
    """Keep what is known of the last backup in the data folder, for `doctor`."""
    said = {"at": last.at.isoformat(), "name": last.name, "size": last.size, "folder": last.folder}
    if last.verified_at is not None:
        said["verified_at"] = last.verified_at.isoformat()
    write_whole(data / LAST, json.dumps(said).encode() + b"\n")


def last(data: Path) -> Last | None:
    """What is remembered of the last backup, or None."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        raw = json.loads((data / LAST).read_bytes())
        checked = raw.get("verified_at")
        verified = dt.datetime.fromisoformat(checked) if checked else None
        return Last(
            dt.datetime.fromisoformat(raw["at"]), str(raw["name"]), int(raw["size"]), verified, str(raw["folder"])
        )
    return None


def _taken(path: Path) -> dt.datetime:
    return dt.datetime.strptime(path.name[7:22], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)


def _is_backup(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
