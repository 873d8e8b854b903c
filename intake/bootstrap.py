"""From a bare Python to the project's own environment: standard library only, one sentence when it fails."""

import hashlib
import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / ".venv"
# Wheels only: no set-up script of a stranger runs here. Flask-Principal exists as source alone.
PIP_OPTIONS = ("--require-hashes", "--only-binary", ":all:", "--no-binary", "flask-principal")
MADE_BY_PIP = ("flask", "sqlalchemy", "cryptography", "waitress", "flask_security", "alembic", "argon2")


class SetupError(RuntimeError):
    """The environment cannot be made; the message is one clear sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command of `python -m intake`; from a checkout, in an environment that matches the lock.

    Returns the exit code: 0 for success, 2 for a mistake that the message explains.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        python = own_python()
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    if python is not None:
        os.execv(python, [str(python), "-m", "intake", *arguments])  # noqa: S606 -- our own interpreter  # noqa: S606 -- our own interpreter
    # Databases, exports, keys: what a command writes is for its own account, unless it says otherwise.
    os.umask(0o077)
    # By name, and only here: a system that the sentence above refuses may lack what it imports.
    importlib.import_module("intake.memory").keep()
    # By name: the command line needs packages that may only now be there.
    code: int = importlib.import_module("intake.cli").main(arguments)
    return code


def own_python() -> Path | None:
    """The interpreter to go on with, made ready if need be; None when the running one will do.

    Raises:
        SetupError: the environment is missing and cannot be made.
    """
    inside = Path(sys.prefix).resolve() == ENVIRONMENT.resolve()
    if not LOCK.exists():
        return None
    if inside:
        if not is_current(LOCK):
            prepare(LOCK)
        return None
    foreign = sys.prefix != sys.base_prefix
    if foreign and all(importlib.util.find_spec(name) for name in MADE_BY_PIP):
        return None
    return prepare(LOCK)


def prepare(lock: Path, environment: Path = ENVIRONMENT) -> Path:
    """Make `environment` hold what `lock` names and return its interpreter; quick when it already does.

    Raises:
        SetupError: no network, no venv module, a folder that cannot be written.
    """
    python = environment / "bin" / "python"
    if is_current(lock, environment):
        return python
    if os.name != "posix":
        raise SetupError("This needs Linux or macOS; on Windows, run it inside WSL.")
    sys.stderr.write(f"Setting up {environment.name} from {lock.name}; this takes a minute, once.\n")
    if not _answers(python):
        _make(environment)
    _install(python, lock)
    mark_current(lock, environment)
    return python


def mark_current(lock: Path, environment: Path = ENVIRONMENT) -> None:
    """Note that `environment` holds what `lock` names. Raises SetupError."""
    try:
        _stamp(lock, environment).write_text(_digest(lock), "ascii")
    except OSError as error:
        raise SetupError(f"The folder {environment} cannot be written: {error.strerror}.") from None


def is_current(lock: Path, environment: Path = ENVIRONMENT) -> bool:
    """Whether `environment` was made from this very `lock` and its interpreter is still there."""
    try:
        stamp = _stamp(lock, environment).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return False
    return stamp == _digest(lock) and (environment / "bin" / "python").exists()


def _stamp(lock: Path, environment: Path) -> Path:
    return environment / f".{lock.parent.name if lock.parent != ROOT else 'run'}.made-from"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _answers(python: Path) -> bool:
    question = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", question], capture_output=True).returncode == 0
    except OSError:
        return False


def _make(environment: Path) -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError("Python's venv module is missing: run `apt install python3-venv` and try again.")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], capture_output=True, text=True)
    if made.returncode != 0:
        raise SetupError(f"The folder {environment} cannot be made: {_last_line(made.stderr or made.stdout)}")


def _install(python: Path, lock: Path) -> None:
    command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PIP_OPTIONS, "-r", lock]
    done = subprocess.run([str(part) for part in command], stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return
    words = done.stderr
    if "NewConnectionError" in words or "No matching distribution" in words or "timed out" in words:
        raise SetupError("The packages could not be downloaded: check the network and try again.")
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in words:
        raise SetupError(f"A downloaded package does not match its hash in {lock.name}; it was refused.")
    raise SetupError(f"The packages could not be installed: {_last_line(words)}")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "Error"))]
    return (errors or lines or ["no reason was given."])[-1]
