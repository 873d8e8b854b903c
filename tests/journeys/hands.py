"""A person who has no mouse: keys only, and at each stop a look at whether the focus can be seen."""

from playwright.sync_api import Page

# The name that the focused element is known by, and whether a person can see that it has the focus.
_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
  const name = (one.getAttribute("aria-label") || label || one.innerText || one.getAttribute("value") || "");
  const style = getComputedStyle(one);
  const middle = document.elementFromPoint(box.x + Math.min(box.width / 2, 20), box.y + box.height / 2);
  const covered = middle && middle !== one && !one.contains(middle) && !middle.contains(one)
    && !(one.labels && [...one.labels].some((label) => label.contains(middle)));
  return {
    tag: one.tagName.toLowerCase(), field: one.getAttribute("name") || "", name: name.trim().replace(/\\s+/g, " "),
    on: box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0,
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, covered: Boolean(covered),
  };
}"""
_MOST_STOPS = 90


class Hands:
    """Ten fingers on the keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0

    def to(self, *, name: str = "", field: str = "", tag: str = "", back: bool = False) -> None:
        """Go on with Tab (or back) to the element of this exact name, or the field of this name."""
        seen = []
        for _ in range(_MOST_STOPS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            here = self.look()
            if here is None:
                continue
            seen.append(here["name"] or here["field"])
            wanted = here["field"] == field if field else here["name"] == name
            if wanted and tag in ("", here["tag"]):
                return
        raise AssertionError(f"Tab never came to {name or field}: {seen[:45]}")

    def look(self) -> dict | None:
        """The element that has the focus, which must be on the screen, marked, and covered by nothing."""
        here = self.page.evaluate(_FOCUS)
        if here is not None:
            self.stops += 1
            assert here["on"] and not here["covered"], f"{self.page.url}: the focus cannot be seen: {here}"
            assert here["marked"], f"{self.page.url}: the focus is not marked: {here}"
        return here

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type into the field that has the focus, over what stands there."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def go(self, key: str = "Enter") -> str:
        """Press a key that leads to another page; gives its words."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        return self.page.inner_text("body")

    def choose(self, text: str) -> None:
        """In the list that has the focus, choose the entry that begins with this text, by typing it."""
        self.page.keyboard.type(text)
        chosen = self.page.evaluate("document.activeElement.selectedOptions[0].label")
        assert chosen.startswith(text), chosen
