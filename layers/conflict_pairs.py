"""Works side by side: what the rules ask about two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.city import City
from layers.conflict_inputs import Inputs
from layers.powers import Roles

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Numbers = NDArray[np.int64]
NONE = -1  # the number of what is not there


@dataclass(frozen=True)
class Pairs:
    """Places of two works each in `inputs.works`, row by row; project A comes first by the bytes of its id.

    `roles` says who acts and who pays; None asks what could hold whoever they were.
    """

    inputs: Inputs
    a: Rows
    b: Rows
    roles: Roles | None

    @property
    def city(self) -> City:
        return self.inputs.city

    def both(self, values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """A value of each work, for both sides."""
        return values[self.a], values[self.b]

    @property
    def gap(self) -> Numbers:
        """Days from the end of the earlier to the start of the later; zero or less where they share days."""
        (start_a, start_b), (end_a, end_b) = self.both(self.inputs.starts), self.both(self.inputs.ends)
        return np.maximum(start_a, start_b) - np.minimum(end_a, end_b)  # type: ignore[no-any-return]

    @cached_property
    def rivals(self) -> Mask:
        """True where different bodies act."""
        if self.roles is None:
            return np.ones(len(self.a), dtype=bool)
        a, b = self.both(self._numbered(self.roles.body))
        return a != b  # type: ignore[no-any-return]

    @cached_property
    def two_payers(self) -> Mask:
        """True where different bodies pay."""
        if self.roles is None:
            return np.ones(len(self.a), dtype=bool)
        a, b = self.both(self._numbered(self.roles.payer))
        return a != b  # type: ignore[no-any-return]

    @property
    def same_group(self) -> Mask:
        """True where both do the same thing to a place; works without a group do nothing the same."""
        groups = sorted({*self.city.work_groups.values()})
        number = {code: groups.index(name) for code, name in self.city.work_groups.items()}
        a, b = self.both(self.by_type(number))
        return (a == b) & (a != NONE)  # type: ignore[no-any-return]

    def by_type(self, values: Mapping[str, int]) -> Numbers:
        """A number for each work by its type; -1 where the type has none."""
        return self.inputs.by("work_type", values)

    def allowed(self, rule: str, *sides: Rows) -> Mask:
        """True where no project of these sides is an exception from a rule, nor both one joint project."""
        lifting = self.city.conflicts.lifting(rule)
        free = self.inputs.by("exception", dict.fromkeys(lifting, 1)) == NONE
        allowed = np.logical_and.reduce([free[side] for side in sides or (self.a, self.b)])
        if "joint" in lifting:
            a, b = self.both(self.inputs.joint)
            allowed &= (a != b) | (a == NONE)
        return allowed  # type: ignore[no-any-return]

    def _numbered(self, body: Mapping[str, str]) -> Rows:
        project, ids = self.inputs.numbered
        bodies = np.array([body.get(each) for each in ids], dtype=object)
        return pd.factorize(bodies)[0][project]  # type: ignore[no-any-return]
