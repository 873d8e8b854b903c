"""The command `keys`: what it can be asked, making the first keys, and showing them."""

import argparse
import datetime as dt
import sys

from .. import unsealing
from ..backups import keys as backup_keys
from ..backups.container import BackupError
from ..keyring import counting
from ..publickeys import KeyFileError, KeyState, read_public_keys
from ..recoverypaper import BadRecoveryText
from ..settings import Settings
from ..unsealing import WrongPassphrase
from . import keylife
from .keypapers import new_passphrase, show_paper
from .refusals import about, in_words, make_private, place_options, settings_for

_STATES = {
    KeyState.ACTIVE: "receives new records",
    KeyState.OLDER: "opens what it has",
    KeyState.RETIRED: "out of use",
    KeyState.DESTROYED: "gone",
}


def keys_options(parser: argparse.ArgumentParser) -> None:
    """Options of `keys`."""
    about(
        parser,
        "The keys that open submissions. `init` makes the desk key, locks it with a passphrase, and prints the "
        "recovery key once: whoever has that paper can open everything, and without it a lost passphrase means that "
        "nothing can be opened any more. `rotate` makes new ones while all runs; `rewrap` closes everything anew to "
        "them, in small steps, and goes on where it stopped; `retire` takes an older one out of use; `destroy` "
        "removes it when no backup needs it any more. `drill` tries the paper; `recover` sets a new passphrase with "
        "it. `list` shows the keys.",
        "init",
        "list --count",
        "rotate && %(prog)s rewrap",
        "retire 9f2c01ab",
        "drill",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {name: actions.add_parser(name, help=words) for name, (words, _run) in _ACTIONS.items()}
    for name in ("init", "rotate", "rewrap", "recover"):
        told = f"read {'the new' if name == 'recover' else 'the'} passphrase from FILE (else it is asked for)"
        made[name].add_argument("--passphrase-file", metavar="FILE", help=told)
    for name in ("rewrap", "recover", "drill"):
        made[name].add_argument(
            "--paper-file", metavar="FILE", help="read the four lines of the recovery key from FILE, or from a pipe: -"
        )
    made["list"].add_argument("--count", action="store_true", help="count how many envelopes each key closes")
    made["rotate"].add_argument("--only", choices=("desk", "recovery"), help="renew this key alone (default: both)")
    made["rewrap"].add_argument("--paper", action="store_true", help="open with the recovery key, which is asked for")
    made["rewrap"].add_argument(
        "--at-a-time", type=int, default=100, metavar="N", help="envelopes in one transaction, 1 to 1000 (default: 100)"
    )
    for name in ("retire", "destroy"):
        made[name].add_argument("kid", metavar="KEY", help="the key id, or its first eight digits")
    made["destroy"].add_argument("--confirm", metavar="KEY", help="the same key id again, whole (else it is asked for)")
    for action in made.values():
        place_options(action)
    parser.set_defaults(run=keys)


def keys(options: argparse.Namespace) -> int:
    """Do what was asked."""
    settings = settings_for(options)
    with in_words(KeyFileError, WrongPassphrase, BadRecoveryText):
        return _ACTIONS[options.action][1](options, settings)


def _init(_options: argparse.Namespace, settings: Settings) -> int:
    make_private(settings.data)
    today = dt.datetime.now(settings.timezone).date()
    recovery = unsealing.make_keys(settings.keys, new_passphrase(settings), today=today)
    show_paper(recovery)
    return 0


def _list(options: argparse.Namespace, settings: Settings) -> int:
    found = keylife.counted(settings, counting.count) if options.count else None
    for entry in read_public_keys(settings.keys / "public.json").entries:
        purpose, state = entry.key.purpose.value, entry.state
        tally = f"  {found.get(entry.key.kid, 0):>9,}" if found is not None else ""
        sys.stdout.write(
            f"{entry.key.kid}  {purpose:<8}  {state.value:<9}  {entry.created_on}{tally}  {_STATES[state]}\n"
        )
    try:
        sys.stdout.write(f"{backup_keys.read(settings.keys).kid}  backup    active\n")
    except BackupError:
        sys.stdout.write("There is no backup key: see `python -m intake backup keys`.\n")
    return 0


_ACTIONS = {
    "init": ("make the first keys", _init),
    "list": ("show the keys", _list),
    "rotate": ("make new keys; everything goes on meanwhile", keylife.rotate),
    "rewrap": ("close everything anew to the present keys", keylife.rewrap),
    "retire": ("take an older key out of use", keylife.retire),
    "destroy": ("remove a retired key for good", keylife.destroy),
    "recover": ("set a new passphrase with the recovery key on paper", keylife.recover),
    "drill": ("try the recovery key on paper", keylife.drill),
}
COMMANDS = {"keys": keys_options}
