"""One scenario from beginning to end: a house, people who send, what breaks meanwhile, and the count."""

import contextlib
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.countingserver import CountingServer
from tests.mail.smtp import Server
from tests.survival import breaking, disks, filling
from tests.survival.house import House, house
from tests.survival.load import Load, Phone, Strange
from tests.survival.verdict import Verdict, judge

SETTLE_SECONDS = 60.0


@dataclass(frozen=True)
class Scenario:
    """What is broken. `kills` counts killed processes, `others` how often the database is killed, locked or full."""

    name: str
    kind: str
    kills: int
    others: int
    has_small_disk: bool = False
    has_small_house: bool = False
    has_counting_server: bool = False


def scenarios(kills: int) -> dict[str, Scenario]:
    """All scenarios; together they kill processes about `kills` times."""
    share, few = max(1, kills * 2 // 5), max(1, kills // 10)
    return {
        one.name: one
        for one in (
            Scenario("sqlite", "sqlite", share, max(1, share // 20)),
            Scenario("disk", "sqlite", few, max(2, few // 4), has_small_disk=True),
            Scenario("postgres", "postgres", share, max(1, share // 10)),
            Scenario("full", "postgres", few, max(4, few // 3), has_small_disk=True),
            Scenario("standby", "standby", few, 1),
            Scenario("limits", "sqlite", few, max(4, few // 2), has_counting_server=True),
        )
    }


def survive(
    scenario: Scenario, *, people: int = 3, pause: float = 1.5, seed: int = 1, codes: int = 40, least: int = 3
) -> Verdict:
    """Run a scenario. `pause` is seconds between two kills, `least` how many have to get through."""
    chance = random.Random(seed)  # noqa: S311 -- nothing secret
    with contextlib.ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="survival-")))
        disk = kept.enter_context(disks.small_disk(folder)) if scenario.has_small_disk else None
        if scenario.has_small_disk and disk is None:
            return Verdict(figures={"left out": "this account may not mount a small disk"})
        counting = kept.enter_context(breaking.counting_server()) if scenario.has_counting_server else None
        if scenario.has_counting_server and counting is None:
            return Verdict(figures={"left out": "the Debian package redis-server is not installed"})
        # A server that hangs holds up the end of a short run by all of its twenty seconds.
        ways = [plan for plan in breaking.PLANS if not (scenario.has_small_house and plan.startswith("hang"))]
        plans = [chance.choice(ways) for _ in range(400)]
        server = kept.enter_context(Server(script=plans))
        opened = kept.enter_context(
            house(
                scenario.kind,
                folder,
                mail=server.address,
                disk=disk,
                is_small=scenario.has_small_house,
                limits=counting.address if counting is not None else "",
            )
        )
        load = Load(opened.doors, opened.ledger, people)
        posting = breaking.Posting(opened)
        load.start()
        posting.start()
        load.wait_for(least)
        beside = breaking.beside(lambda: _break_counting(scenario, counting, load, random.Random(seed)))  # noqa: S311
        _break(scenario, opened, load, chance, pause, disk)
        beside.join()
        load.wait_for(load.sent + least)
        load.stop()
        posting.stop()
        server.script.clear()
        opened.wait_until_open()
        back = _come_back(opened)
        opened.still()
        verdict = judge(opened, server, codes=codes)
        verdict.wrong += [*load.strange, *back]
        if disk is not None and opened.nodes:
            verdict.figures["database ended"] = ended = sum(node.ended for node in opened.nodes)
            verdict.expect(ended > 0, "the log of the database was never full: this run shows nothing")
        verdict.expect(load.sent >= 2 * least, "hardly anybody got through: this run shows nothing")
        if counting is not None:
            verdict.figures["counting server away"] = scenario.others
            verdict.expect(bool(counting.dump()[0]), "nothing was counted on the server: this run shows nothing")
        started = sum(part.started for part in opened.parts.values())
        verdict.figures |= {"kills": scenario.kills, "starts": started, "tried again": load.again}
        return verdict


def _break(
    scenario: Scenario, opened: House, load: Load, chance: random.Random, pause: float, disk: Path | None
) -> None:
    at = [(number + 1) * scenario.kills // (scenario.others + 1) for number in range(scenario.others)]
    for number in range(scenario.kills):
        breaking.kill_a_part(opened, load, chance)
        time.sleep(pause * chance.uniform(0.5, 1.5))
        for turn in (turn for turn, when in enumerate(at) if when == number):
            _break_the_database(scenario, opened, load, chance, disk, turn)


def _break_counting(scenario: Scenario, counting: CountingServer | None, load: Load, chance: random.Random) -> None:
    if counting is not None:
        for _ in range(scenario.others):
            breaking.break_counting(counting, load, chance)


def _break_the_database(
    scenario: Scenario, opened: House, load: Load, chance: random.Random, disk: Path | None, number: int
) -> None:
    load.pressing.clear()
    load.pressing.wait(2.0)
    if disk is not None and opened.nodes:
        filling.fill_up(opened, number)
    elif scenario.kind == "standby":
        breaking.fail_over(opened)
    elif disk is not None:
        filler = breaking.beside(lambda: disks.fill(disk, 5.0))
        time.sleep(2.0)
        breaking.kill_a_part(opened, load, chance)
        filler.join()
    elif scenario.kind == "sqlite" or number % 3 == 2:
        breaking.lock(opened, chance.uniform(1.0, 4.0))
    else:
        time.sleep(chance.uniform(0.0, 0.05))
        breaking.kill_postgres(opened)


def _come_back(opened: House) -> list[str]:
    """The last of those who stopped and of those who sent come back by code, through the door; what went wrong."""
    wrong = []
    for what, where in (("kept", "/en/apply/"), ("sent", "/en/mine")):
        for line in opened.ledger.of(what)[-1:]:
            try:
                to = Phone(opened.doors, 1).press("/en/return", {"code": line["code"]})
            except Strange as strange:
                wrong.append(str(strange))
            else:
                if not to.startswith(where):
                    wrong.append(f"a code of something {what} leads to {to}")
    return wrong
