"""The address of the server on which doors count: good ones, bad ones, and one behind which something else speaks."""

import contextlib
import socket
import threading

import pytest
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from intake import settings, tallies
from intake.settings import SettingsError


@pytest.mark.parametrize("answer", [b"", b"+OK\r\n", b"$-1\r\n", b":1\r\n", b"HTTP/1.1 400\r\n\r\n", b"\x00\xff" * 99])
def test_nonsense_refuses_nobody(answer):
    with speaking(answer) as address:
        counts = MovingWindowRateLimiter(tallies.Shared(address, b"key"))
        item = parse("3 per minute")
        assert [counts.test(item, "x") and counts.hit(item, "x") for _ in range(4)] == [True] * 3 + [False]
        assert tallies.trouble_at(address)


@contextlib.contextmanager
def speaking(answer: bytes):
    """Something that is no counting server and says the same to everything."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _from = listener.accept()
                with line, contextlib.suppress(OSError):
                    while answer and line.recv(4096):
                        line.sendall(answer)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(20)


@pytest.mark.parametrize(
    "bad",
    [
        "memcached://h:1",
        "redis://",
        "redis://:s3cr/et@h:1",
        "redis://:s3cr#et@h:1",
        "redis://h:port",
        "redis://h:99999",
        "redis://h/zero",
        "redis+unix://h/run/s",
        "redis+sentinel://h:1",
        "redis://:hush@h:1?socket_timeout=60",
        "redis://h?db=x",
    ],
)
def test_a_bad_address_is_one_sentence_without_a_part_of_it(bad):
    with pytest.raises(SettingsError, match=r"^INTAKE_LIMITS_URL ") as told:
        load(bad)
    assert "s3cr" not in str(told.value) and "hush" not in str(told.value)


def test_valkey_is_spoken_to_as_redis_is():
    assert load("valkeys://u:hush@h:6390/2") == "rediss://u:hush@h:6390/2"
    assert load("valkey+unix:///run/v?db=3") == "redis+unix:///run/v?db=3"
    assert load("") == load("  ") == ""


def load(text: str) -> str:
    return settings.load({"INTAKE_LIMITS_URL": text}).limits_url
