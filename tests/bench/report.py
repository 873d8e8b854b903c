"""What was measured, against the goals: as text, as a table for the README, as a file, and beside an earlier file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.bench.goals import GOALS, Goal
from tests.bench.rounds import Row

BUSY = 0.5


def worst(rows: Sequence[Row], goal: Goal) -> Row | None:
    """Of the rows that are tied to `goal`, the one that keeps it least."""
    own = [row for row in rows if row.goal == goal.key and row.value is not None]
    return (max if goal.less else min)(own, key=lambda row: row.value or 0.0, default=None)


def missed(rows: Sequence[Row]) -> list[Row]:
    """The rows whose must is not met."""
    return [row for row in rows if row.goal and not GOALS[row.goal].met(row.value or 0.0, GOALS[row.goal].must)]


def verdict(goal: Goal, value: float) -> str:
    """In words, how far `value` meets the goal."""
    if not goal.met(value, goal.must):
        return "MISSED"
    if not goal.met(value, goal.aim):
        return "must met" if goal.must is not None else "aim not met"
    return "aim met" if goal.aim is not None else "must met"


def whole(machine: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """Everything, to be kept as JSON."""
    goals = {
        key: {"work": g.work, "unit": g.unit, "must": g.must, "aim": g.aim, "less": g.less} for key, g in GOALS.items()
    }
    kept = []
    for row in rows:
        said = {"verdict": verdict(GOALS[row.goal], row.value or 0.0)} if row.goal else {}
        kept.append(row.kept() | said)
    return {"machine": dict(machine), "goals": goals, "rows": kept}


def table(machine: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """One line a goal, in Markdown: its worst row."""
    lines = ["| work | measured | must | aim | |", "|---|---|---|---|---|"]
    for goal in GOALS.values():
        row = worst(rows, goal)
        if row is None or row.value is None:
            continue
        sign = "≤" if goal.less else "≥"
        bounds = (f"{sign} {_number(bound)}" if bound is not None else "" for bound in (goal.must, goal.aim))
        figure = f"{_number(row.value)} {goal.unit}{_spread(row)}"
        lines.append(f"| {goal.work} | {figure} | {' | '.join(bounds)} | {verdict(goal, row.value)} |")
    return "\n".join([*lines, "", _conditions(machine), ""])


def text(machine: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    """Every row with its goal, then the figures without one."""
    yield _conditions(machine) + "\n\n"
    for row in rows:
        if row.goal and row.value is not None:
            goal = GOALS[row.goal]
            must, aim = ("-" if bound is None else _number(bound) for bound in (goal.must, goal.aim))
            yield (
                f"{verdict(goal, row.value):<12}{row.what}: {_number(row.value)} {goal.unit}{_spread(row)} "
                f"(must {must}, aim {aim}){_figures(row)}\n"
            )
    yield "\nFigures without a goal\n"
    for row in rows:
        if not row.goal:
            value = "" if row.value is None else f" {_number(row.value)}"
            yield f"  {row.what}:{value}{_spread(row)}{_figures(row)}\n"


def compared(earlier: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    """Each row's value beside that of an earlier file, as now / then; KeyError for another kind of file."""
    before = {row["what"]: row for row in earlier["rows"]}
    then = earlier["machine"]
    yield f"\nBeside {then['commit']} of {then['date'][:10]} ({then['processor']}, {then['cores']} cores): now / then\n"
    for row in rows:
        old = before.get(row.what, {}).get("value")
        if row.value is not None and old:
            mark = " too noisy to quote" if row.noisy or before[row.what].get("noisy") else ""
            yield f"  {row.value / old:6.2f}  {row.what}: {_number(row.value)} / {_number(old)}{mark}\n"


def _conditions(machine: Mapping[str, Any]) -> str:
    loads = f"{machine['load']} and {machine.get('load_at_end', machine['load'])}"
    busy = ", A BUSY MACHINE: do not quote" if machine["load"] > BUSY else ""
    source = machine["commit"] + (" with changes" if machine["changed"] else "")
    return (
        f"{machine['date'][:10]}, {source}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_mib'] // 1024} GiB, {machine['disk']}, fdatasync {machine['fdatasync']['ms']} ms; "
        f"Python {machine['python']}, SQLite {machine['sqlite']}, PostgreSQL {machine['postgres']}; "
        f"load {loads} at begin and end{busy}."
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


def _spread(row: Row) -> str:
    if row.spread is None:
        return ""
    return f" ±{row.spread / 2:.0%}" + (" (too noisy to quote)" if row.noisy else "")


def _figures(row: Row) -> str:
    return "".join(f", {name} {value}" for name, value in row.figures.items())
