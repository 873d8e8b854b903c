"""Pages rendered once, for everybody for whom nothing on them differs."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from ..splice import Page


class KeptPages:
    """At most `most` pages by what makes two of them differ; the one not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Hashable, render: Callable[[], str], *, keeps: Callable[[Page], bool] | None = None) -> Page:
        """The page kept under `key`; made by `render`, and compressed well, when there is none yet.

        `keeps` says of a page just made whether it may stay.
        """
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        # Two threads may both render: better than one waiting for the other.
        page = Page.of(render(), level=9)
        if keeps is not None and not keeps(page):
            return page
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page
