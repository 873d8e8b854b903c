"""The examples for going live: they name the same hosts, ports and limits as the product, and every command exists."""

import re
import shlex

import pytest

from intake import settings, supervisor
from intake.cli import COMMANDS, parser
from intake.serving import BODY_BYTES
from tests.house.test_repository import ROOT

DEPLOY = ROOT / "deploy"
PUBLIC, STAFF = "help.example.org", "desk.example.org"
UNITS = sorted(DEPLOY.glob("*.service"))
SANDBOX = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    # Else every account of the machine shares it.
    "TemporaryFileSystem": "/dev/shm:mode=1777,size=64M,nosuid,nodev,noexec",  # noqa: S108
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "ProtectProc": "invisible",
    "RestrictNamespaces": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
    "IPAddressDeny": "any",
    "LimitCORE": "0",
    "MemorySwapMax": "0",
    "UMask": "0077",
}


def environ(name):
    """The settings in an environment file, as systemd and a shell read them."""
    lines = [line for line in (DEPLOY / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return dict(shlex.split(line)[0].split("=", 1) for line in lines)


def blocks(text):
    """Directives of an nginx configuration: pairs of words and, for a block, what is inside it."""
    words = re.findall(r'"[^"]*"|[{};]|[^\s{};"]+', re.sub(r"(?m)^\s*#.*$", "", text))

    def read():
        found, line = [], []
        while words:
            word = words.pop(0)
            if word == "}":
                assert not line
                break
            if word in ";{":
                found.append((tuple(line), read() if word == "{" else []))
                line = []
            else:
                line.append(word)
        return found

    made = read()
    assert not words
    return made


def values(inside, name):
    return [" ".join(words[1:]) for words, _more in inside if words[0] == name]


@pytest.fixture(scope="module")
def http():
    [found] = [more for words, more in blocks((DEPLOY / "nginx.conf").read_text("utf-8")) if words == ("http",)]
    return found


def server(http, host):
    [found] = [
        more
        for words, more in http
        if words == ("server",) and host in " ".join(values(more, "server_name")) and values(more, "ssl_certificate")
    ]
    return found


def test_the_environment_files_are_settings_that_fit_the_edge():
    public, staff = environ("public.env"), environ("staff.env")
    for given in (public, staff):
        loaded = settings.load(given)
        assert loaded.https and loaded.proxies == 1 and loaded.public_hosts == (PUBLIC,)
        assert loaded.host == "127.0.0.1"
    assert settings.load(staff).staff_hosts == (STAFF,) and settings.load(staff).passphrase_file
    assert not set(public) & set(supervisor.STAFF_ONLY) and public["INTAKE_DATA"] != staff["INTAKE_DATA"]


def test_nginx_keeps_nothing_limits_all_and_lets_only_the_office_to_the_staff_door(http):
    flat = {words[0]: " ".join(words[1:]) for words, _more in http}
    assert flat["access_log"] == "off" and flat["gzip"] == "off" and flat["server_tokens"] == "off"
    assert values(blocks((DEPLOY / "nginx.conf").read_text()), "error_log") == ["stderr emerg"]
    assert flat["ssl_protocols"] == "TLSv1.2 TLSv1.3" and flat["ssl_session_tickets"] == "off"
    # All that the doors take, and in memory only.
    assert flat["client_max_body_size"] == flat["client_body_buffer_size"] == f"{BODY_BYTES // 1024}k"
    assert flat["proxy_max_temp_file_size"] == "0" and flat["proxy_cache"] == "off"
    assert {"X-Forwarded-For $remote_addr", "X-Forwarded-Proto https", "Host $host"} <= set(
        values(http, "proxy_set_header")
    )
    assert {words[0] for words, _more in http} >= {"limit_req_zone", "limit_conn_zone", "client_header_timeout"}
    upstreams = {
        words[1]: [one.split()[0] for one in values(more, "server")] for words, more in http if words[0] == "upstream"
    }
    known = settings.load({"INTAKE_DATA": "x"})
    assert upstreams["staff_door"] == [f"127.0.0.1:{known.staff_port}"]
    assert upstreams["public_door"] == [f"127.0.0.1:{known.public_port}", "127.0.0.1:8010"]
    for host, door in ((PUBLIC, "public_door"), (STAFF, "staff_door")):
        [location] = [more for words, more in server(http, host) if words == ("location", "/")]
        assert values(location, "proxy_pass") == [f"http://{door}"]
        assert values(server(http, host), "limit_req") and values(server(http, host), "limit_conn")
    # Only what is the same for everyone is kept, as long as the door says: no cookie goes in, and nothing of the form.
    keeping = [(words, more) for words, more in server(http, PUBLIC) if values(more, "proxy_cache")]
    [(where, kept)] = keeping
    shared = re.compile(where[2])
    assert all(shared.search(path) for path in ("/en/", "/zh_Hans/releases/a-1", "/feed.xml", "/static/public.0a.css"))
    assert not any(shared.search(path) for path in ("/", "/en/apply/", "/en/apply/check", "/en/mine", "/en/return"))
    assert 'Cookie ""' in values(kept, "proxy_set_header") and not values(kept, "proxy_cache_use_stale")
    assert set(values(http, "proxy_set_header")) <= set(values(kept, "proxy_set_header"))
    rules = [words for words, _more in server(http, STAFF) if words[0] in {"allow", "deny"}]
    assert rules[-1] == ("deny", "all") and len(rules) > 1 and ("allow", "all") not in rules
    # Who asks for a name that is not ours gets nothing.
    nobody = [dict(more) for words, more in http if words == ("server",) and not values(more, "server_name")]
    assert len(nobody) == 2 and all(("return", "444") in more for more in nobody)
    assert any(("ssl_reject_handshake", "on") in more for more in nobody)


def test_caddy_does_the_same():
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    sites = dict(re.findall(r"(?ms)^([a-z.]+) \{\n(.*?)^\}", text))
    assert set(sites) == {PUBLIC, STAFF}
    assert "reverse_proxy 127.0.0.1:8000 127.0.0.1:8010 {" in sites[PUBLIC]
    assert "reverse_proxy 127.0.0.1:8001 {" in sites[STAFF]
    assert re.search(r"@outside not remote_ip [0-9.:a-f/ ]+\n\s*handle @outside \{\s*abort\s*\}", sites[STAFF])
    assert all("\timport sized" in site and "\tlog" not in site for site in sites.values())
    assert f"max_size {BODY_BYTES // 1024}KB" in text
    assert all(one in text for one in ("admin off", "exclude http", "strict_sni_host on", "health_uri /healthz"))
    # One person's broken body must not take the door from the others; a name that is not ours gets no answer.
    assert not re.search(r"(?m)^\s*(fail_duration|max_fails)", text)
    assert f"http:// {{\n\t@ours host {PUBLIC} {STAFF}\n" in text and re.search(r"308\n\tabort\n", text)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_unit_is_shut_in_and_starts_a_command_that_exists(path):
    pairs = re.findall(r"(?m)^([A-Za-z]+)=(.*)$", path.read_text("utf-8"))
    assert {name: dict(pairs)[name] for name in SANDBOX} == SANDBOX
    assert {"@privileged", "@obsolete", "@aio"} <= set(dict(pairs)["SystemCallFilter"].removeprefix("~").split())
    [start] = [value for name, value in pairs if name == "ExecStart"]
    words = shlex.split(start.replace("%i", "8000"))
    assert words[:3] == ["/opt/intake/.venv/bin/python", "-m", "intake"]
    parser(words[3]).parse_args(words[4:])
    started_again = dict(pairs).get("Restart") == "always"
    assert not started_again or dict(pairs)["StartLimitIntervalSec"] == "0", "a database that is away is waited for"
    public = path.name.startswith("intake-public")
    assert dict(pairs)["User"] == ("intake_public" if public else "intake_staff")
    files = [value for name, value in pairs if name == "EnvironmentFile"]
    assert files[0] == f"/etc/intake/{'public' if public else 'staff'}.env"
    assert not public or (len(files) == 1 and "/var/lib/intake-staff" in dict(pairs)["InaccessiblePaths"])


def test_the_image_is_made_in_two_stages_runs_as_nobody_and_names_no_index():
    lines = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text("utf-8")).splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    assert [name for name, _rest in steps].count("FROM") == 2
    assert [rest for name, rest in steps if name == "USER"] == ["10001:10001"]
    assert "://" not in " ".join(rest for _name, rest in steps) and "--index-url" not in str(steps)
    copied = [word for name, rest in steps if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]]
    assert {"intake", "templates", "static", "migrations", "requirements.lock"} <= set(copied)
    assert all((ROOT / one).exists() for one in copied)


def test_every_command_and_setting_of_the_guide_exists():
    guide = (DEPLOY / "GOING-LIVE.md").read_text("utf-8")
    asked = [
        shlex.split(one)
        for line in re.findall(r"(?m)^    (.+)$", guide)
        for one in re.split(r"&&|;", line)
        if re.match(r"(intake|owner) ", one.strip())
    ]
    assert {words[1] for words in asked} >= {"init", "db", "keys", "backup", "restore", "staff", "releases", "doctor"}
    for words in asked:
        assert words[1] in COMMANDS
        parser(words[1]).parse_args(words[2:])
    assert set(re.findall(r"INTAKE_[A-Z_]+", guide)) <= set(settings.KNOWN)
    named = re.findall(r"deploy/([A-Za-z.]+[a-z])\b(?!-)", guide)
    assert named and all((DEPLOY / name).exists() for name in named if "*" not in name)
