"""What the product must bear, as data: each figure that is measured is tied to one of these, or is a fact without one.

`must` fails the house; `aim` is what we want. Sources: the design's table of what it must bear; the aims that stand
without a must are those of the measured limits (first visit, memory, share of the encryption).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal. `less`: smaller is better. `unit` stands behind the figure."""

    key: str
    work: str
    unit: str
    must: float | None
    aim: float | None
    less: bool = True

    def met(self, value: float, bound: float | None) -> bool:
        """Whether `value` keeps `bound`; none is always kept."""
        if bound is None:
            return True
        return value <= bound if self.less else value >= bound


GOALS = {
    goal.key: goal
    for goal in (
        Goal("first_page", "First page of the form, release pages: HTML and all they load", "bytes", 14_600, 6_000),
        Goal("journey", "Whole journey, first page to receipt, with all it loads", "bytes", None, 77_000),
        Goal("step", "GET of a form step: times as fast as a plain Flask-WTF page of it", "×", 3, 4, less=False),
        Goal("step_p99", "GET of a form step, 99th percentile beside that page's", "×", None, 0.33),
        Goal("send_p50", "POST of the last step beside a raw durable insert, median", "×", 12, 8),
        Goal("send_p99", "POST of the last step beside a raw durable insert, 99th percentile", "×", 12, 7),
        Goal("seal_share", "Sealing's share of a send", "share", None, 0.10),
        Goal("lists", "Queue pages and lists, any depth and filter, many cases beside few", "×", 1.2, 1.1),
        Goal("counts", "Counts, many cases beside few", "×", 1.2, 1.05),
        Goal("queue_page", "Queue page over HTTP, many cases beside few", "×", 1.2, 1.1),
        Goal(
            "queue_hello", "Queue page over HTTP: share of the rate of a Flask “hello”", "share", None, 0.33, less=False
        ),
        Goal(
            "csv_postgres", "CSV without identities, PostgreSQL: share of its own copy", "share", 0.45, 0.55, less=False
        ),
        Goal("csv_sqlite", "CSV without identities, SQLite: share of its own copy", "share", 0.28, 0.33, less=False),
        Goal("identified", "CSV with identities: share of one core's opening rate", "share", 0.6, 0.7, less=False),
        Goal("identified_two", "The same with two processes", "share", None, 1.15, less=False),
        Goal("xlsx", "XLSX: times as fast as xlsxwriter constant_memory", "×", 4, 5, less=False),
        Goal("memory_more", "Memory of an export, many rows beside few", "MiB more", 16, 8),
        Goal("memory_process", "Memory of an export, one process", "MiB", None, 96),
        Goal("door_memory", "Memory of the public door beside a bare Flask-WTF worker", "×", None, 1.9),
        Goal("slow_people", "A normal request while 300 slow connections stand", "s", 3, None),
    )
}
