"""Files, who may read them, and the keys among them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .. import unsealing
from ..publickeys import KeyFileError, read_public_keys
from ..settings import Settings, SettingsError
from ..unsealing import WrongPassphrase
from .findings import Finding, hint, ok, soon, wrong

SECRETS = ("public.key", "staff.key", "pepper.key", "accounts.key", "search.key")


def files(settings: Settings) -> Iterator[Finding]:
    """The data folder, its secrets, and who may read and owns them."""
    if not settings.data.is_dir():
        yield wrong("files", "The data folder is missing: run `python -m intake init`.")
        return
    private = [settings.data, settings.secrets, settings.keys / "private", settings.keys / "retired"]
    found = [path for path in private if path.exists()]
    found += [path for folder in found[1:] for path in sorted(folder.iterdir())]
    secret = (settings.passphrase_file, settings.mail.password_file if settings.mail else None)
    found += [path for path in secret if path is not None and path.exists()]
    found += sorted(settings.data.glob("*.db*"))
    open_to_others = [path for path in found if _others_may_read(path)]
    for path in open_to_others:
        yield wrong("files", f"Others may read {path.name}: run `chmod go= {path}`.")
    if not open_to_others:
        yield ok("files", "Data folder, secrets and keys are readable by their owner alone.")
    me = os.geteuid()
    for path in found:
        if me not in (0, path.stat().st_uid):
            yield soon("files", f"{path.name} belongs to another account: run the product as that one.")
    missing = [name for name in SECRETS if not (settings.secrets / name).exists()]
    if missing:
        names = ", ".join(missing)
        yield hint("files", f"Not on this host: {names}. Is that meant? Else run `init`, or bring them from a backup.")


def keys(settings: Settings) -> Iterator[Finding]:
    """Public keys, and whether the passphrase opens the private one."""
    try:
        public = read_public_keys(settings.keys / "public.json")
        public.recipients()
    except KeyFileError as error:
        yield wrong("keys", f"{error} Keys are made by `python -m intake keys init`.")
        return
    yield ok("keys", "There is an active desk key and an active recovery key.")
    if settings.passphrase_file is None:
        yield hint("keys", "INTAKE_PASSPHRASE_FILE is not set: staff door and desk need it to start.")
        return
    try:
        keyring = unsealing.load_keyring(settings.keys, settings.passphrase())
    except (KeyFileError, WrongPassphrase, SettingsError) as error:
        yield wrong("keys", str(error))
        return
    yield ok("keys", f"The passphrase opens the desk key ({len(keyring.kids)} in the key folder).")
    if settings.passphrase_file.is_relative_to(settings.data):
        yield soon(
            "keys", "The passphrase lies in the data folder: a copy of that folder opens all. Move it elsewhere."
        )


def _others_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
