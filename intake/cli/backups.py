"""Backups by command: taking, proving and restoring them, and the key that closes them."""

import argparse
import dataclasses
import datetime as dt
import getpass
import sys
import uuid
from pathlib import Path

from .. import unsealing
from ..backups import erasures, folder, keys, restoring, taking
from ..backups.container import BackupError, Passphrase, closed_to
from ..keyring import changing
from ..publickeys import KeyFileError
from ..sealing import PrivateKey
from ..settings import Settings, SettingsError
from .refusals import Refusal, about, in_words, make_private, place_options, settings_for


def backup_options(parser: argparse.ArgumentParser) -> None:
    """Options of `backup`."""
    about(
        parser,
        "Back up the database, the public keys and the release files into one sealed file, while doors and desk go "
        "on working. TO is a folder or a new file. `backup keys` makes the key that closes backups and prints its "
        "private half once, for paper: this machine can then write backups and open none. `backup erasures FILE` "
        "writes the ids of erased requests to a list, as each backup does beside itself: restoring an older backup "
        "erases them again. Without --with-secrets the backup holds no secret and no desk key: keep those apart, "
        "because whoever has both can open everything. The passphrase of the desk key is in no backup.",
        "keys",
        "/srv/backups --keep-days 30",
        "/srv/backups/one.intake-backup --with-secrets",
        "erasures /srv/backups/erasures.list",
    )
    parser.add_argument("to", metavar="TO", help="a folder or a new file; or the word `keys` or `erasures`")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the list, for `erasures`")
    parser.add_argument("--with-secrets", action="store_true", help="also secrets and the locked desk keys")
    parser.add_argument(
        "--keep-days",
        nargs="?",
        const=0,
        type=int,
        metavar="N",
        help="then remove backups there that are older than N days (no N: INTAKE_BACKUP_DAYS), never the newest",
    )
    _passphrase_option(parser)
    place_options(parser)
    parser.set_defaults(run=backup)


def backup(options: argparse.Namespace) -> int:
    """Take a backup, make its key, or write the list of erasures."""
    settings, now = settings_for(options), dt.datetime.now(dt.UTC)
    with in_words(BackupError, KeyFileError):
        if options.to == "keys":
            return _make_key(settings)
        if options.to == "erasures":
            if not options.file:
                raise Refusal("Say where the list goes: backup erasures FILE")
            erasures.write(Path(options.file).absolute(), erasures.of_database(settings.database_url))
            sys.stdout.write("The list of erasures is up to date.\n")
            return 0
        if options.keep_days is not None and not 0 <= options.keep_days <= 3650:
            raise Refusal("--keep-days must be a whole number from 1 to 3650.")
        to = _passphrase(options) or keys.read(settings.keys)
        taken = taking.take(settings, Path(options.to).absolute(), to, now, with_secrets=options.with_secrets)
        rows = sum(taken.manifest.rows.values())
        sys.stdout.write(f"{taken.path.name}: {taken.size // 1024 + 1} KB, {rows} rows, sealed.\n")
        if options.keep_days is not None:
            days = options.keep_days or settings.backup_days
            removed = folder.remove_older(taken.path.parent, days, now)
            sys.stdout.write(f"Removed {len(removed)} backups older than {days} days.\n")
    return 0


def restore_options(parser: argparse.ArgumentParser) -> None:
    """Options of `restore`."""
    about(
        parser,
        "With --verify: read all of a backup, restore it into a throw-away database, compare it with its manifest, "
        "check the audit trail, open samples, and say each in a sentence; nothing else is changed. With --into: "
        "restore the database into an empty one; with --files: the files into the data folder, none over another. "
        "Everything that was erased since is erased again, by the list beside the backup, by --erasures, or by the "
        "database that is still alive (--live). The backup key is asked for, or read from --key-file: four lines as "
        "on the paper.",
        "/srv/backups/one.intake-backup --verify --key-file /run/paper",
        "/srv/backups/one.intake-backup --into sqlite:////srv/intake/intake.db --files --data /srv/intake",
        "/srv/backups/one.intake-backup --into postgresql://owner@host/empty --live postgresql://owner@host/old",
    )
    parser.add_argument("backup", metavar="FILE", help="the backup")
    parser.add_argument("--verify", action="store_true", help="prove the backup in a throw-away database")
    parser.add_argument("--scratch", metavar="URL", help="an empty PostgreSQL database for --verify")
    parser.add_argument("--into", metavar="URL", help="the empty database to restore into")
    parser.add_argument("--files", action="store_true", help="restore the files into the data folder as well")
    parser.add_argument("--erasures", metavar="LIST", help="the list of what was erased since")
    parser.add_argument("--live", metavar="URL", help="the living database, asked for what was erased since")
    parser.add_argument("--no-erasures", action="store_true", help="restore although what was erased since is unknown")
    parser.add_argument("--key-file", metavar="FILE", help="the four lines of the backup key (- for standard input)")
    _passphrase_option(parser)
    place_options(parser)
    parser.set_defaults(run=restore)


def restore(options: argparse.Namespace) -> int:
    """Prove a backup (1 when something is wrong), or restore it."""
    if options.verify == bool(options.into or options.files):
        raise Refusal("Say what to do: --verify, or --into URL, or --files (with --data FOLDER).")
    settings, path = settings_for(options), Path(options.backup).absolute()
    with in_words(BackupError, KeyFileError):
        key = _key(options, path)
        if options.verify:
            return _verify(options, settings, path, key)
        if options.into:
            url = settings_for(argparse.Namespace(**vars(options) | {"database_url": options.into})).database_url
            gone = _gone(options, path)
            manifest = restoring.restore(path, key, url)
            erased = restoring.finish(url, gone, dt.datetime.now(dt.UTC))
            rows = sum(manifest.rows.values())
            sys.stdout.write(f"Restored {rows} rows as of {manifest.taken_at}; erased again: {erased} requests.\n")
            if manifest.database == "postgresql":
                sys.stdout.write("Roles and rights are not in a backup: run `python -m intake db grants` now.\n")
        if options.files:
            make_private(settings.data)
            for name in restoring.restore_files(path, key, settings.data):
                sys.stdout.write(f"{name}\n")
    sys.stdout.write("Next: `python -m intake db upgrade`, then `python -m intake doctor --full`.\n")
    return 0


def _make_key(settings: Settings) -> int:
    make_private(settings.data)
    paper = keys.make(settings.keys)
    sys.stdout.write(
        "The backup key. It is shown this once and kept nowhere:\n\n"
        f"{paper}\n\n"
        "Write all four lines on paper, by hand, now, and write “backup” beside them. Without it no backup\n"
        "can be restored. Whoever has it and a backup has what a thief of the database has: coarse facts, but\n"
        "no name and no answer, unless the backup was taken with --with-secrets.\n"
    )
    return 0


def _verify(options: argparse.Namespace, settings: Settings, path: Path, key: PrivateKey | Passphrase) -> int:
    try:
        keyring = changing.every_key(settings.keys, settings.passphrase())
    except (KeyFileError, SettingsError, unsealing.WrongPassphrase):
        keyring = None
    marks = {True: "ok   ", False: "WRONG", None: "note "}
    wrong = 0
    for proof in restoring.verify(path, key, settings, keyring=keyring, scratch=options.scratch):
        sys.stdout.write(f"{marks[proof.ok]}  {proof.sentence}\n")
        wrong += proof.ok is False
    last = folder.last(settings.data)
    if not wrong and last is not None and last.name == path.name:
        folder.remember(settings.data, dataclasses.replace(last, verified_at=dt.datetime.now(dt.UTC)))
    return 1 if wrong else 0


def _gone(options: argparse.Namespace, path: Path) -> dict[uuid.UUID, dt.datetime]:
    """What was erased since, from everything that was named and the list beside the backup."""
    beside = path.parent / erasures.FILE
    found = erasures.of_database(options.live) if options.live else {}
    if options.erasures:
        found |= erasures.read(Path(options.erasures))
    elif beside.exists():
        found |= erasures.read(beside)
    elif not options.live and not options.no_erasures:
        raise Refusal(
            "What was erased since this backup is not known: give --erasures LIST or --live URL. With --no-erasures, "
            "requests that people had us erase come back; find them on paper and erase them again."
        )
    return found


def _passphrase_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--backup-passphrase-file", metavar="FILE", help="close or open with the passphrase in FILE instead of the key"
    )


def _passphrase(options: argparse.Namespace) -> Passphrase | None:
    if not options.backup_passphrase_file:
        return None
    return Passphrase(Path(options.backup_passphrase_file).read_text("utf-8").strip())


def _key(options: argparse.Namespace, path: Path) -> PrivateKey | Passphrase:
    given = _passphrase(options)
    if given is not None:
        return given
    with path.open("rb") as source:
        kid = closed_to(source)
    if kid is None:
        raise Refusal("This backup is closed to a passphrase: give --backup-passphrase-file.")
    if options.key_file == "-":
        return keys.from_paper(sys.stdin.read())
    if options.key_file:
        return keys.from_paper(Path(options.key_file).read_text("utf-8"))
    if not sys.stdin.isatty():
        raise Refusal("There is nobody to ask for the backup key: give --key-file FILE, or --key-file - for a pipe.")
    return keys.from_paper(
        "\n".join(getpass.getpass(f"Line {number} of backup key {kid[:8]}: ") for number in range(1, 5))
    )


COMMANDS = {"backup": backup_options, "restore": restore_options}
