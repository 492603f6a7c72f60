"""Seals on a page that is a picture: where they are, and the name on them."""

from model.over_edges import over_edges
from parsers.seals.cut import cut_out
from parsers.seals.find import find_seals
from parsers.seals.found import Ellipse, FoundSeal, SealsFound
from parsers.seals.ink import is_grey
from parsers.seals.name import read_name

__all__ = [
    "Ellipse",
    "FoundSeal",
    "SealsFound",
    "cut_out",
    "find_seals",
    "is_grey",
    "over_edges",
    "read_name",
]
