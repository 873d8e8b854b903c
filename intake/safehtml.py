"""From text or Markdown to HTML that can only be read: no script, no picture, nothing fetched or hidden."""

import html
import re
import unicodedata
from collections.abc import Sequence

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
