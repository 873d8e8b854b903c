"""Reads a release from plain text or Markdown, or says in which line and why it cannot."""

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

import yaml  # type: ignore[import-untyped]  # the library brings no types
from frontmatter.default_handlers import YAMLHandler

from . import safehtml
from .locales import N_, month_names

CALL_TITLE = N_("Seeking asylum?")
CALL_TEXT = N_(
    "If you do not already have legal representation, cannot afford an attorney, and need help with a claim "
    "for asylum or other protection-based form of immigration status, we can help."
)

# Part of the digest: when it changes, the next import renders every release again.
RENDERING = 1
LARGEST_FILE = 1_000_000
LONGEST_TITLE = 200
LONGEST_SLUG = 120
LONGEST_SUMMARY = 240
LONGEST_CALL = 1_000
LONGEST_LANGUAGE = 20

_FRONT_MATTER = YAMLHandler()
_NOT_FIELDS = "The front matter has to hold lines such as 'title: ...' and 'date: ...'."
_MONTHS = {
    form: number
    for number, name in enumerate(month_names("en"), 1)
    for form in (name.lower(), name[:3].lower(), *(["sept"] if number == 9 else []))
}
_WEEKDAY = "(?:[a-z]+day,? )?"
_DATES = (
    re.compile(rf"{_WEEKDAY}(?P<month>[a-z]+)\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<year>[0-9]{{4}})"),
    re.compile(rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}}) (?P<month>[a-z]+)\.?,? (?P<year>[0-9]{{4}})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?:[t ][0-9:.,+z -]+)?"),
)
_CALL_LINE = re.compile(r"[#*_\s]*seeking asylum\s?\?[#*_\s]*", re.IGNORECASE)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:_[A-Za-z0-9]{2,8}){0,2}")


class Malformed(ValueError):
    """A release cannot be read: `line` counts from 1, `reason` is one clear sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ParsedRelease:
    """One release as read.

    `body_html` holds only allowed tags; `call` is the closing block of the file, or None; `digest` is the
    SHA-256 of the cleaned source in hex; `date_line` is where the date stands, for later complaints.
    """

    title: str
    published_on: dt.date
    body_html: str
    summary: str
    call: str | None
    language: str
    slug: str
    digest: str
    date_line: int

    @property
    def call_differs(self) -> bool:
        """Whether the file asks in other words than ours, which are the ones shown."""
        return self.call is not None and self.call.casefold() != CALL_TEXT.casefold()


def parse(data: bytes, *, markdown: bool) -> ParsedRelease:
    """Read the bytes of a file. A text that begins with a front matter line counts as Markdown.

    Raises:
        Malformed: the file is too large, empty, not UTF-8, or not a release.
    """
    if len(data) > LARGEST_FILE:
        raise Malformed(1, f"The file is larger than {LARGEST_FILE // 1000} kB. A release is a short text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed(line, "The file is not UTF-8 text. Save it again with the encoding UTF-8.") from None
    if "\0" in text:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise Malformed(line, "The file holds zero bytes, so it is not plain text. Save it as UTF-8 text.")
    return parse_markdown(text) if markdown or re.match(r"---\s*\n", text) else parse_text(text)


def parse_text(text: str) -> ParsedRelease:
    """Read the plain form: title, paragraphs, "Published on <date>", a last "Seeking asylum?" block.

    Raises:
        Malformed: one of them is missing, twice there or unreadable. Only the last block may be left out.
    """
    text = safehtml.with_plain_lines(text)
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines) if line.strip()), None)
    if at is None:
        raise Malformed(1, "The file is empty.")
    if _dated(lines[at]) is not None or _CALL_LINE.match(lines[at]):
        raise Malformed(at + 1, "There is no title. The first line has to be the title of the release.")
    title = _title(lines[at], at + 1)
    lines[at] = ""
    dated = [number for number, line in enumerate(lines) if _dated(line) is not None]
    if not dated:
        raise Malformed(len(lines), "There is no date. Add a line such as 'Published on September 6, 2012'.")
    if len(dated) > 1:
        raise Malformed(dated[1] + 1, f"There is a second date. The first one is in line {dated[0] + 1}.")
    published_on = _date(_dated(lines[dated[0]]) or "", dated[0] + 1)
    lines[dated[0]] = ""
    body, call = _without_call(lines, 0)
    head = _Head(title, at + 1, published_on, dated[0] + 1)
    return _release(f"text\n{text}", head, safehtml.from_paragraphs("\n".join(body)), call)


def parse_markdown(text: str) -> ParsedRelease:
    """Read Markdown with front matter: `title` and `date`, and if wanted `slug` and `language`.

    Raises:
        Malformed: the front matter or the body cannot be used. Pictures are refused, not dropped.
    """
    text = safehtml.with_plain_lines(text)
    if not text:
        raise Malformed(1, "The file is empty.")
    if not _FRONT_MATTER.detect(text):
        raise Malformed(1, "There is no title. Begin with the lines '---', 'title: ...', 'date: ...', '---'.")
    try:
        _nothing, front, body = YAMLHandler.FM_BOUNDARY.split(text, 2)
    except ValueError:
        raise Malformed(1, "The front matter does not end. Close it with a line '---'.") from None
    above = text.count("\n", 0, len(text) - len(body))
    fields = _fields(front, text.count("\n", 0, text.index(front)))
    for key, example in (("title", "title: Our news"), ("date", "date: 2012-09-06")):
        if key not in fields:
            raise Malformed(1, f"There is no {key}. Add a line such as '{example}' at the top.")
    language, line = fields.get("language", ("en", 1))
    language = language.replace("-", "_")
    if not _LANGUAGE.fullmatch(language):
        raise Malformed(line, "The language has to be a code, such as en, es or pt_BR.")
    slug, line = fields.get("slug", (None, 1))
    if slug is not None and not is_slug(slug):
        raise Malformed(line, f"The slug may hold only a-z, 0-9 and single dashes, {LONGEST_SLUG} at most.")
    (title, title_line), (date, date_line) = fields["title"], fields["date"]
    head = _Head(_title(title, title_line), title_line, _date(date, date_line), date_line, language, slug)
    lines, call = _without_call(body.split("\n"), above)
    try:
        rendered = safehtml.from_markdown("\n".join(lines))
    except safehtml.PictureFound as picture:
        line = above + picture.line
        raise Malformed(line, "A release cannot hold a picture. Say in words what it shows.") from None
    return _release(f"markdown\n{text}", head, rendered, call)


def without_call(body_html: str) -> str:
    """Our HTML without a closing "Seeking asylum?" block: the page has its own."""
    for found in reversed(list(re.finditer(r"<(p|h[2-6])>(.*?)</\1>", body_html, re.DOTALL))):
        if _CALL_LINE.fullmatch(safehtml.as_text(found[2])):
            after = safehtml.as_text(body_html[found.end() :])
            return body_html[: found.start()].strip() if len(after) <= LONGEST_CALL else body_html
    return body_html


def as_language(code: str) -> str | None:
    """A language code as we write it, `pt_BR` for `pt-br`, or None when it is no such code."""
    base, *rest = code.strip().replace("-", "_").split("_")
    parts = [part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest]
    written = "_".join([base.lower(), *parts])
    return written if _LANGUAGE.fullmatch(written) and len(written) <= LONGEST_LANGUAGE else None


def is_slug(text: str) -> bool:
    """Whether a text can be the address part of a release."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


class _Head(NamedTuple):
    title: str
    title_line: int
    published_on: dt.date
    date_line: int
    language: str = "en"
    slug: str | None = None


def _release(source: str, head: _Head, body_html: str, call: str | None) -> ParsedRelease:
    if not safehtml.as_text(body_html):
        raise Malformed(head.title_line, "There is no text below the title.")
    return ParsedRelease(
        title=head.title,
        published_on=head.published_on,
        body_html=body_html,
        summary=safehtml.summary(body_html, LONGEST_SUMMARY),
        call=call,
        language=head.language,
        slug=head.slug or slug_for(head.title, head.published_on),
        digest=hashlib.sha256(f"{RENDERING} {source}".encode()).hexdigest(),
        date_line=head.date_line,
    )


def _dated(line: str) -> str | None:
    """What follows "Published on", or None; a longer line is a sentence of the body that begins alike."""
    words = line.split()
    begins = [word.lower().rstrip(":") for word in words[:2]] == ["published", "on"]
    return " ".join(words[2:]) if begins and len(words) <= 8 else None


def _date(text: str, line: int) -> dt.date:
    text = " ".join(text.lower().split()).rstrip(".")
    found = next(filter(None, (shape.fullmatch(text) for shape in _DATES)), None)
    month = found and (_MONTHS.get(found["month"]) or (found["month"].isdigit() and int(found["month"])))
    if not found or not month:
        raise Malformed(line, "The date cannot be read. Write the month as a word: September 6, 2012.")
    try:
        day = dt.date(int(found["year"]), month, int(found["day"]))
    except ValueError:
        raise Malformed(line, "There is no such day in the calendar.") from None
    if day.year < 1900:
        raise Malformed(line, "The year of the date is before 1900.")
    return day


def _title(text: str, line: int) -> str:
    # YAML can write any character as a number, so the title is looked at once more.
    title = " ".join(safehtml.visible(text).split())
    if not title:
        raise Malformed(line, "The title is empty.")
    if len(title) > LONGEST_TITLE:
        raise Malformed(line, f"The title has {len(title)} characters. At most {LONGEST_TITLE} fit.")
    return title


def _fields(front: str, above: int) -> dict[str, tuple[str, int]]:
    """The front matter as text, each value with its line; YAML's own guesses about types are not wanted."""
    try:
        node = yaml.compose(front, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = above + (error.problem_mark.line if error.problem_mark else 0) + 1
        reason = "The front matter cannot be read. Put a value that holds ': ' or '#' in quotes."
        raise Malformed(line, reason) from None
    except (yaml.YAMLError, RecursionError):
        raise Malformed(1, "The front matter cannot be read.") from None
    if not isinstance(node, yaml.MappingNode):
        raise Malformed(above + (node.start_mark.line if node else 0) + 1, _NOT_FIELDS)
    fields: dict[str, tuple[str, int]] = {}
    for key, value in node.value:
        line = above + key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Malformed(line, _NOT_FIELDS)
        if key.value in fields:
            raise Malformed(line, f"'{key.value}' is there twice.")
        if isinstance(value, yaml.ScalarNode):
            fields[key.value] = (value.value, line)
        elif key.value in {"title", "date", "slug", "language"}:
            raise Malformed(line, f"'{key.value}' has to be one plain value.")
    return fields


def _without_call(lines: list[str], above: int) -> tuple[list[str], str | None]:
    """Part the closing "Seeking asylum?" block from the body. `above` is the number of lines before."""
    for at in range(len(lines) - 1, -1, -1):
        found = _CALL_LINE.match(lines[at])
        if not found:
            continue
        same_line = lines[at][found.end() :].strip()
        rest = "\n".join([same_line, *lines[at + 1 :]]).strip()
        # Words on the same line make it a sentence: that is the call only as a last paragraph of its own.
        opens = at == 0 or not lines[at - 1].strip()
        if same_line and not (opens and not re.search(r"\n\s*\n", rest)):
            continue
        call = " ".join(rest.split())
        if len(call) > LONGEST_CALL:
            raise Malformed(above + at + 1, "A long text follows 'Seeking asylum?'. That block must come last.")
        return lines[:at], call or None
    return lines, None


def slug_for(title: str, published_on: dt.date) -> str:
    """A stable address part from title and day; what the letters a-z cannot carry adds a short hash."""
    spelled = unicodedata.normalize("NFKD", re.sub(r"['’]", "", title))
    words = re.sub(r"[^a-z0-9]+", "-", spelled.encode("ascii", "ignore").decode().lower()).strip("-")
    kept = words if len(words) <= 90 else words[:90].rpartition("-")[0] or words[:90]
    if not words or kept != words or any(char.isalnum() and not char.isascii() for char in spelled):
        kept = f"{kept}-{hashlib.sha256(title.encode()).hexdigest()[:8]}".strip("-")
    return f"{kept}-{published_on.isoformat()}"
