"""Which share of the money and of the appeals is on the map: what is not is said, never hidden."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from layers.appeal_places import AppealPlace
from layers.budgets import budgets
from layers.funding_by_place import FundingByPlace


@dataclass(frozen=True)
class Coverage:
    """Whole amounts and counts, and how much of them lies in a district."""

    money: int
    money_on_map: int
    appeals: int
    appeals_on_map: int

    @property
    def money_share(self) -> float | None:
        """Share of the money on the map; None where there is no money."""
        return self.money_on_map / self.money if self.money else None

    @property
    def appeals_share(self) -> float | None:
        """Share of the appeals on the map; None where there are none."""
        return self.appeals_on_map / self.appeals if self.appeals else None

    @property
    def shares(self) -> dict[str, float | None]:
        """Both shares by name, as tables tell them."""
        return {"money": self.money_share, "appeals": self.appeals_share}


def coverage(connection: Connection) -> Coverage:
    """Budgets of all projects but the cancelled, and all appeals, as the derived layers hold them."""
    laid, budget = FundingByPlace.__table__.c, budgets()
    same = and_(*(laid[name] == budget.c[name] for name in ("project_id", "year", "source", "stage")))
    amount = func.coalesce(func.sum(laid.amount_kzt), 0)
    mapped = func.coalesce(func.sum(laid.amount_kzt).filter(laid.place_id != ""), 0)
    query = (
        select(amount, mapped).join_from(FundingByPlace, budget, same).where(laid.place_kind == "district")
    )
    money, money_on_map = connection.execute(query).one()
    tied = func.count().filter(AppealPlace.tie != "none")
    appeals, appeals_on_map = connection.execute(select(func.count(), tied).select_from(AppealPlace)).one()
    return Coverage(int(money), int(money_on_map), appeals, appeals_on_map)
