"""Numbers about requests, so coarse that nobody can be found in them."""

from .deadlines import deadlines
from .funnel import funnel
from .quarters import Quarter
from .suppressing import LEAST, Cell, Table, apart, protect
from .tables import DIMENSIONS, Figures, figures, latest, load

__all__ = [
    "DIMENSIONS",
    "LEAST",
    "Cell",
    "Figures",
    "Quarter",
    "Table",
    "apart",
    "deadlines",
    "figures",
    "funnel",
    "latest",
    "load",
    "protect",
]
