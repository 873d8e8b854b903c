"""From text or Markdown to HTML that can only be read: no script, no picture, nothing fetched or hidden."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "hr", "h2", "h3", "h4", "h5", "h6"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
)
_PLAIN = nh3.Cleaner(tags=set())
# What comes from another system: its own blocks are kept for a moment, because they part one paragraph from the next.
_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
_PARTING = {
    *("div", "section", "article", "header", "footer", "main", "aside", "figure", "figcaption", "pre", "table"),
    *("caption", "thead", "tbody", "tfoot", "tr", "dl", "dt", "dd", "address", "details", "summary"),
}
_FOREIGN = nh3.Cleaner(
    tags=_TAGS | _PARTING | {"h1", "td", "th", "b", "i"},
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"https", "mailto"},
    link_rel=None,
)
_SAME = {"b": "strong", "i": "em"}
_INLINE = {"em", "strong", "a"}
_PICTURES = {"img", "svg", "picture", "video", "audio", "iframe", "object", "embed", "canvas"}
# Whole tags only: the standard library's parser takes the square of the time for text of many half ones.
_COUNTED = nh3.Cleaner(tags=_TAGS | _PARTING | _PICTURES, attributes={})
# Parsers take time with the length of a text times its depth: without bounds, one feed would hold up staff for hours.
LONGEST_FOREIGN = 200_000
_MOST_NESTED = 100
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
# Many writers leave these open, and they close by themselves.
_OPEN_ENDED = {
    *("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "option", "colgroup", "source"),
    *("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "track", "wbr", "param"),
}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["code", "fence", "backticks"])

# Marks that turn the reading direction round can make a text show something other than it says.
_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


class PictureFound(ValueError):
    """The Markdown holds a picture, which no page may load; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"a picture in line {line}")
        self.line = line


def with_plain_lines(text: str) -> str:
    """The text with every kind of line end as a newline, and only visible characters."""
    text = re.sub("\r\n?|[\v\f\x85\u2028]", "\n", text).replace("\u2029", "\n\n")
    return visible(text).rstrip()


def visible(text: str) -> str:
    """The text without control characters, direction marks and code points that are no characters."""
    kept = (char for char in text.translate(_TURNING) if char in "\n\t" or unicodedata.category(char) != "Cc")
    return "".join(char for char in kept if ord(char) & 0xFFFE != 0xFFFE)


def from_paragraphs(text: str) -> str:
    """Paragraphs parted by blank lines, as HTML; line breaks inside a paragraph are spaces."""
    blocks = (" ".join(block.split("\n")) for block in re.split(r"\n\s*\n", text))
    return _safe("\n".join(f"<p>{html.escape(one.strip(), quote=False)}</p>" for one in blocks if one.strip()))


def from_markdown(text: str) -> str:
    """Markdown as HTML whose highest heading is h2; tags in the text are shown as they were typed.

    Raises:
        PictureFound: a picture would have to be dropped without a word.
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if any(child.type == "image" for child in token.children or ()):
            raise PictureFound((token.map[0] if token.map else 0) + 1)
    _settle_headings(tokens)
    return _safe(str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})))


class TooTangled(ValueError):
    """HTML from elsewhere has more than 200,000 characters, or more than a hundred tags open at once."""


class Foreign(NamedTuple):
    """HTML from elsewhere, made safe; `dropped` counts its pictures, films and frames."""

    html: str
    dropped: int


def from_html(text: str) -> Foreign:
    """HTML of another system as ours: paragraphs, lists, quotes, headings from h2 on, links to https and mailto.

    Raises:
        TooTangled: nobody writes so, and reading it could take hours.
    """
    if len(text) > LONGEST_FOREIGN or _depth(text) > _MOST_NESTED:
        raise TooTangled
    counted = _Counting()
    counted.feed(_COUNTED.clean(text))
    counted.close()
    settled = _Settling()
    settled.feed(_FOREIGN.clean(text))
    settled.close()
    return Foreign(_safe(settled.html()), counted.dropped)


def as_text(safe_html: str) -> str:
    """The words of an HTML text on one line."""
    return " ".join(html.unescape(_PLAIN.clean(safe_html)).split())


def summary(safe_html: str, longest: int) -> str:
    """The first paragraph as plain text, cut at a word and marked when it is longer than `longest`."""
    first = re.search(r"<p>(.*?)</p>", safe_html, re.DOTALL)
    text = as_text(first[1] if first else safe_html)
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > longest // 2 else cut).rstrip(" ,;:–-") + "…"


def _safe(rendered: str) -> str:
    # A second look at what is visible: Markdown can write any character as a number.
    return visible(_CLEANER.clean(rendered)).strip()


def _settle_headings(tokens: Sequence[Token]) -> None:
    # The title is the page's only h1: whatever level the writer began with becomes h2.
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"


def _depth(text: str) -> int:
    """How many tags are open at once, at most; each kind is counted by itself, so that a wrong end tag hides none."""
    deepest, now, is_open = 0, 0, Counter[str]()
    for slash, name in _TAG.findall(text):
        tag = name.lower()
        if tag in _OPEN_ENDED or (slash and not is_open[tag]):
            continue
        step = -1 if slash else 1
        is_open[tag] += step
        now += step
        deepest = max(deepest, now)
    return deepest


class _Counting(HTMLParser):
    """Counts pictures and other things that a page would have to load; a picture in several sizes is one."""

    def __init__(self) -> None:
        super().__init__()
        self.dropped = 0
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _PICTURES and not self._inside:
            self.dropped += 1
        if tag == "picture":
            self._inside += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "picture":
            self._inside = max(0, self._inside - 1)


class _Settling(HTMLParser):
    """Turns cleaned HTML into blocks of ours: loose words become paragraphs, other blocks only part them.

    What comes out is cleaned once more: this class arranges, it does not protect.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._blocks: list[str] = []
        self._inline: list[str] = []
        self._own_paragraph = False

    def html(self) -> str:
        """All of it, without empty paragraphs, the highest heading being h2."""
        self._end_paragraph()
        text = "".join(self._out)
        text = re.sub(r"<(p|li|h\d|blockquote)>(?:\s|<br>)*</\1>", "", text)
        # Only from where a run begins: else a long run that no </p> follows would take the square of the time.
        text = re.sub(r"(?<!\s)(?<!<br>)(?:\s|<br>)++(?=</p>)", "", text)
        levels = [int(level) for level in re.findall(r"<h([1-6])>", text)]
        by = min(levels, default=2) - 2
        return re.sub(r"(</?h)([1-6])>", lambda found: f"{found[1]}{min(int(found[2]) - by, 6)}>", text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _SAME.get(tag, tag)
        if tag == "a" and not dict(attrs).get("href"):
            return  # its address was not one that we keep: only its words stay
        if tag in _INLINE or tag == "br":
            self._begin_paragraph()
            self._out.append(f"<{tag}{_written(attrs)}>")
            if tag != "br":
                self._inline.append(tag)
        elif tag in _BLOCKS | _PARTING:
            self._end_paragraph()
            if tag in _BLOCKS:
                self._out.append(f"<{tag}{_written(attrs)}>")
                if tag != "hr":
                    self._blocks.append(tag)

    def handle_endtag(self, tag: str) -> None:
        tag = _SAME.get(tag, tag)
        if tag in {"td", "th"}:
            self._out.append(" ")
        elif tag in self._inline:
            while self._inline:
                last = self._inline.pop()
                self._out.append(f"</{last}>")
                if last == tag:
                    break
        elif tag in _BLOCKS | _PARTING:
            self._end_paragraph()
            if tag in self._blocks:
                while self._blocks:
                    last = self._blocks.pop()
                    self._out.append(f"</{last}>")
                    if last == tag:
                        break

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._begin_paragraph()
        self._out.append(html.escape(data, quote=False))

    def _begin_paragraph(self) -> None:
        # Words may stand right in these; anywhere else they need a paragraph of their own.
        if not self._own_paragraph and not (self._blocks and self._blocks[-1] not in {"blockquote", "ul", "ol"}):
            self._out.append("<p>")
            self._own_paragraph = True

    def _end_paragraph(self) -> None:
        self._out.extend(f"</{tag}>" for tag in reversed(self._inline))
        self._inline.clear()
        if self._own_paragraph:
            self._out.append("</p>\n")
            self._own_paragraph = False


def _written(attrs: Sequence[tuple[str, str | None]]) -> str:
    return "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs)
