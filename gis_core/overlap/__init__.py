"""Which polygons overlap, and by how many square metres, without building what they have in common.

`Polygons` holds shapes as flat arrays; `overlaps` finds the pairs of two lists, `within_list` those of one,
`areas_of_pairs` measures pairs that are known. The formula stands in `edges`.
"""

from gis_core.overlap.pairs import AREA_DIGITS, areas_of_pairs, overlaps, part_of, within_list
from gis_core.overlap.polygons import Polygons
from gis_core.overlap.terms import Found, Terms

__all__ = [
    "AREA_DIGITS",
    "Found",
    "Polygons",
    "Terms",
    "areas_of_pairs",
    "overlaps",
    "part_of",
    "within_list",
]
