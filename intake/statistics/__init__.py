"""Numbers about requests, so coarse that nobody can be found in them."""

from .quarters import Quarter
from .suppressing import LEAST, Cell, Table, protect
from .tables import DIMENSIONS, Figures, figures, load

__all__ = ["DIMENSIONS", "LEAST", "Cell", "Figures", "Quarter", "Table", "figures", "load", "protect"]
