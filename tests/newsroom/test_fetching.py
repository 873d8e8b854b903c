"""Fetching a feed: one public address, bounded, and never a way into our own network."""

import gzip
import ipaddress
import ssl
import threading
import time

import pytest

from intake import fetching
from intake.fetching import NotFetched, Policy, fetch, is_public, look_up
from tests.newsroom.conftest import LOOPBACK, NEWS


def refused(address: str, policy: Policy | None = None) -> str:
    with pytest.raises(NotFetched) as told:
        fetch(address, policy)
    assert address not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1"),
        *("fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8"),
        *("64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1"),
        *("3fff::1", "5f00::1", "192.88.99.1"),
    ],
)
def test_an_address_that_is_not_on_the_open_internet_is_never_asked(address):
    assert not is_public(ipaddress.ip_address(address))
    kept = Policy(resolve=lambda _host, _port: [ipaddress.ip_address(address)])
    assert "private or reserved" in refused("https://feeds.example/feed.xml", kept)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_a_public_address_may_be_asked(address):
    assert is_public(ipaddress.ip_address(address))


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    both = [ipaddress.ip_address("8.8.8.8"), LOOPBACK]
    assert "private" in refused("https://feeds.example/", Policy(resolve=lambda _host, _port: both))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"])
def test_our_own_machine_is_refused_however_it_is_written(host):
    assert "private" in refused(f"https://{host}/feed.xml")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://example.org/feed.xml", "https://"),
        ("file:///etc/passwd", "https://"),
        ("ftp://example.org/", "https://"),
        ("https://name:word@example.org/", "name or password"),
        ("https://example.org:22/", "usual port"),
        ("https://example.org:99999/", "not an address"),
        ("https:///feed.xml", "not an address"),
        ("https://[fe80::1%25eth0]/", "not an address"),
        ("https://example.org/a b", "not an address"),
        ("https://example.org/\r\nX: y", "not an address"),
        ("https://bücher.example/", "not an address"),
        ("https://[::1", "not an address"),
        ("https://example.org/" + "x" * 2000, "not an address"),
        ("", "not an address"),
    ],
)
def test_what_is_no_https_address_is_refused_before_anything_is_looked_up(address, words):
    def look(_host, _port):
        raise AssertionError("looked up")

    with pytest.raises(NotFetched, match=words):
        fetch(address, Policy(resolve=look))


def test_a_feed_is_fetched_without_cookies_or_names(site):
    site.says("/feed.xml?x=1", NEWS)
    got = fetch(site.address("/feed.xml?x=1"), site.policy())
    assert got.body == NEWS and got.address.endswith("/feed.xml?x=1")
    asked = site.seen[-1]
    assert asked["Host"] == f"feeds.example:{site.port}"
    assert not {"Cookie", "Authorization", "Referer"} & set(asked)


def test_the_name_is_looked_up_once_so_it_cannot_change_its_mind(site):
    site.says("/feed.xml", NEWS)
    asked = []

    def rebinding(host, _port):
        asked.append(host)
        return [LOOPBACK] if len(asked) == 1 else [ipaddress.ip_address("10.0.0.1")]

    assert fetch(site.address("/feed.xml"), site.policy(resolve=rebinding)).body == NEWS
    assert asked == ["feeds.example"]


def test_a_certificate_for_another_name_or_from_nobody_we_know_is_not_trusted(site):
    site.says("/feed.xml", NEWS)
    assert "certificate" in refused(site.address("/feed.xml", "other.example"), site.policy())
    strangers = site.policy(context=ssl.create_default_context)
    assert "certificate" in refused(site.address("/feed.xml"), strangers)


def test_every_step_of_a_redirect_is_checked_like_the_first(site):
    site.says("/one", b"", status=302, Location="/two")
    site.says("/two", b"", status=308, Location=site.address("/feed.xml"))
    site.says("/feed.xml", NEWS)
    assert fetch(site.address("/one"), site.policy()).address == site.address("/feed.xml")
    for path, onward, words in (
        ("/plain", "http://feeds.example/feed.xml", "https://"),
        ("/inside", f"https://inside.example:{site.port}/", "private"),
        ("/round", "/round", "too many times"),
        ("/nowhere", "", "where to"),
    ):
        site.says(path, b"", status=301, Location=onward)

        def resolve(host, _port):
            return [ipaddress.ip_address("10.0.0.1") if host == "inside.example" else LOOPBACK]

        assert words in refused(site.address(path), site.policy(resolve=resolve))


def test_at_most_three_redirects_are_followed(site):
    for step in range(4):
        site.says(f"/{step}", b"", status=302, Location=f"/{step + 1}")
    site.says("/4", NEWS)
    assert "too many" in refused(site.address("/0"), site.policy())
    assert fetch(site.address("/1"), site.policy()).body == NEWS


def test_an_answer_that_is_too_large_is_not_read_to_its_end(site):
    site.says("/large", b"x" * 5000)
    assert "larger than 4 KiB" in refused(site.address("/large"), site.policy(largest=4096))

    def without_length(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/xml")
        handler.end_headers()
        handler.wfile.write(b"x" * 5000)

    site.answers["/unsaid"] = without_length
    assert "larger" in refused(site.address("/unsaid"), site.policy(largest=4096))


def test_a_packed_answer_is_unpacked_but_a_bomb_is_not(site):
    site.says("/packed", gzip.compress(NEWS), Content_Encoding="gzip")
    assert fetch(site.address("/packed"), site.policy()).body == NEWS
    site.says("/bomb", gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")
    assert "larger" in refused(site.address("/bomb"), site.policy())
    site.says("/half", gzip.compress(NEWS)[:-20], Content_Encoding="gzip")
    assert "broke off" in refused(site.address("/half"), site.policy())
    site.says("/odd", NEWS, Content_Encoding="br")
    assert "did not ask for" in refused(site.address("/odd"), site.policy())
    site.says("/false", NEWS, Content_Encoding="gzip")
    assert "failed" in refused(site.address("/false"), site.policy())


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("text/html; charset=utf-8", 200, "web page"),
        ("image/png", 200, "not give a feed"),
        ("application/rss+xml", 404, "the code 404"),
        ("application/rss+xml", 500, "the code 500"),
    ],
)
def test_what_is_no_feed_is_said_in_words(site, kind, status, words):
    site.says("/other", NEWS, kind, status)
    assert words in refused(site.address("/other"), site.policy())


def test_a_site_that_sends_one_byte_at_a_time_is_left_in_time(site):
    site.drips("/slow")
    began = time.monotonic()
    assert "too long" in refused(site.address("/slow"), site.policy(seconds=0.6))
    assert time.monotonic() - began < 2


def test_a_site_that_says_nothing_is_left_in_time(silent, site):
    began = time.monotonic()
    quiet = site.policy(seconds=0.5, ports=frozenset({silent}))
    assert "too long" in refused(f"https://feeds.example:{silent}/", quiet)
    assert time.monotonic() - began < 2


def test_a_name_that_is_not_known_or_not_found_in_time_is_said(site):
    def unknown(_host, _port):
        raise OSError("no such name")

    assert "anywhere" in refused("https://feeds.example/", Policy(resolve=unknown))

    def slow(_host, _port):
        threading.Event().wait(1)
        return [LOOPBACK]

    assert "in time" in refused("https://feeds.example/", Policy(resolve=slow, seconds=0.2))


def test_the_policy_of_the_product_is_the_strict_one():
    kept = Policy()
    assert (kept.largest, kept.seconds, kept.redirects) == (2 * 1024 * 1024, 15, 3)
    assert kept.ports == {443} and kept.allowed is is_public and kept.resolve is look_up
    assert kept.context().verify_mode is ssl.CERT_REQUIRED and kept.context().check_hostname
    assert "text/html" not in fetching.FEED_TYPES
