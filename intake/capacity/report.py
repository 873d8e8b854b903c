"""What was measured, in a plain table and in plain words."""

from typing import Any, Final

from .load import JOURNEY
from .measuring import BOUND_SECONDS, FILLS_IN, OPENS, Found, Rate
from .person import BEGIN, SEND, STEP

NAMES: Final = {
    "release": "release pages",
    "same": "release pages that a reader has (304)",
    STEP: "form steps, opened and sent",
    JOURNEY: "whole forms, from first page to receipt",
    "first": "first pages of the form",
    BEGIN: "forms begun",
    SEND: "forms sent",
}


def table(found: Found) -> str:
    """The report for people."""
    facts = found.machine
    lines = [
        f"Measured on {facts['system']}, {facts['processors']} processors, Python {facts['python']}, {found.database}; "
        f"a durable write takes {facts['fsync_ms']} ms; load before: {facts['load_before']}.",
        "Door, desk, database and the measuring clients share this machine: alone, a door bears more.",
        "",
        f"{'one public door, each alone':<42}{'at most':>10}{'in time':>10}{'p95':>9}   limit",
        *(_rate(one) for one in found.rates),
        "All a second. In time: 95 of 100 answers come within 250 ms, sends within 1 s, from the planned moment on.",
        "To begin a form costs a tenth of a second of a processor and 64 MiB: its code is made hard to guess.",
        "",
        _load(found.spike),
        f"{'':<30}{'':<9}{'count':>7}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'later':>8}{'failed':>8}",
    ]
    for name, kinds in found.spike["parts"].items():
        lines += [_part(kind, name, figures) for kind, figures in kinds.items() if figures["count"]]
    lines += [
        f"All in time again {found.spike['normal_after_seconds']} s after the burst. Later: asked to come again later.",
        "",
        f"Forms acknowledged: {found.acknowledged}; in the database: {found.sent}.",
        f"Peak memory of the door: {'unknown' if found.peak_mib is None else f'{found.peak_mib:.0f} MiB'}; "
        f"connections at once: up to {found.lines}.",
    ]
    if found.strange:
        lines.append(f"Journeys that did not come to their end: {len(found.strange)} ({found.strange[0]}).")
    return "\n".join([*lines, ""])


def as_data(found: Found) -> dict[str, Any]:
    """The same for programs; rates a second, times in ms but for `_s` and `_seconds`."""
    return {
        "database": found.database,
        "machine": found.machine,
        "rates": {
            one.kind: {
                "most": round(one.most, 1),
                "in_time": None if one.kept is None else round(one.kept, 1),
                "p95": None if one.p95 is None else round(one.p95 * 1000, 1),
                "bound": BOUND_SECONDS[one.kind] * 1000,
                "limit": one.limit,
            }
            for one in found.rates
        },
        "spike": found.spike,
        "peak_mib": found.peak_mib,
        "connections": found.lines,
        "acknowledged": found.acknowledged,
        "stored": found.sent,
        "unfinished": len(found.strange),
    }


def _rate(one: Rate) -> str:
    kept = "none" if one.kept is None else f"{one.kept:.1f}"
    p95 = "-" if one.p95 is None else f"{one.p95 * 1000:.0f} ms"
    return f"{NAMES[one.kind]:<42}{one.most:>10.1f}{kept:>10}{p95:>9}   {one.limit}"


def _load(spike: dict[str, Any]) -> str:
    return (
        f"Usual: {spike['usual_visits_an_hour']} visits an hour; {OPENS:.0%} open the form, {FILLS_IN:.0%} fill it in "
        f"and send it. Then {spike['times']} times as many, then the usual again."
    )


def _part(kind: str, name: str, figures: dict[str, Any]) -> str:
    times = "".join(f"{'-' if figures[one] is None else figures[one]:>9}" for one in ("p50", "p95", "p99"))
    return f"{NAMES[kind]:<30}{name:<9}{figures['count']:>7}{times}{figures['refused']:>8}{figures['failed']:>8}"
