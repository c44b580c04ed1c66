"""Hot and cold spots: where high or low values stand together, more than chance would have it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FALSE_SHARE = 0.05  # of the spots found, how many may be chance


class Spots(NamedTuple):
    """Standard score and chance of each place, and `hot`, `cold` or `none`."""

    score: npt.NDArray[np.float64]
    chance: npt.NDArray[np.float64]
    kind: npt.NDArray[np.object_]


def spots(places: npt.NDArray[np.float64], values: npt.ArrayLike, neighbours: int) -> Spots:
    """Getis and Ord's Gi* of each place (x and y in metres, a row each) together with its nearest neighbours.

    The score is the standard one (Ord and Getis, Geographical Analysis 27, 1995), its chance two-sided and
    normal. A spot counts if its chance stays below the bound of Benjamini and Hochberg for as many tests as
    there are places (Castro and Singer, Geographical Analysis 38, 2006). Where there are no more places than
    neighbours, or all values are equal, nothing is a spot.
    """
    numbers = np.asarray(values, dtype=float)
    count = len(numbers)
    if count <= neighbours + 1 or np.ptp(numbers) == 0:
        return Spots(np.zeros(count), np.ones(count), np.full(count, "none", dtype=object))
    from esda import fdr  # noqa: PLC0415  these two take seconds to import, and few commands need them
    from esda.getisord import G_Local  # noqa: PLC0415
    from libpysal.graph import Graph  # noqa: PLC0415

    near = Graph.build_knn(places, k=neighbours, coplanar="clique").assign_self_weight()
    # the score does not change when all values move together, and the ratio behind it wants no negative ones
    found = G_Local(numbers - numbers.min(), near, transform="B", star=True, permutations=0)
    score, chance = np.round(found.Zs, 6), np.round(2 * found.p_norm, 9)
    strong = chance <= fdr(chance, FALSE_SHARE)
    kind = np.where(strong & (score > 0), "hot", np.where(strong & (score < 0), "cold", "none"))
    return Spots(score, chance, kind.astype(object))
