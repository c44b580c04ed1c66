"""Numbers on pages are those that the verbs tell with --json in the same store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, create_engine, insert

from layers.appeals import Appeal
from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.districts import District
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.drawing import box, point
from tests.scripts.conftest import SQUARES, Abat

PRICES = '[[programme.measures]]\nwork_type = "paving"\nplace_kind = "courtyard"\nper_m2 = 100\n'
MILLION = 1_000_000
Open = Callable[[str], Page]


@pytest.fixture
def town(database_url: str, abat: Abat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Abat:
    """Two districts, four courtyards, nineteen appeals, works that meet at A and D; pages of all of it."""
    profile = tmp_path / "town.toml"
    profile.write_text(Path(SQUARES).read_text("utf-8") + PRICES, encoding="utf-8")
    monkeypatch.setenv("ABAT_CITY", str(profile))
    engine: Engine = create_engine(database_url)
    with engine.begin() as connection:
        for code, x in (("west", 0), ("east", 1000)):
            row = {"id": code, "code": code, "name_ru": code, "geom": box(x, 0, 1000, 1000)}
            connection.execute(insert(District).values(**row))
        for name, x in {"A": 0, "B": 300, "C": 1500, "D": 600}.items():
            how = "needs_repair" if name in "AD" else "satisfactory"
            row = {"id": name, "address": name, "condition": how, "geom": box(x, 0, 100, 100)}
            connection.execute(insert(Courtyard).values(**row))
        for x, count in {50: 4, 350: 2, 1550: 2, 650: 10, 9000: 1}.items():
            for number in range(count):
                row = {"id": f"{x} {number}", "category": "other", "geom": point(x, 50)}
                connection.execute(insert(Appeal).values(**row, requested_on=date(2022, 5, 1 + number)))
        for code in ("akimat", "roads", "heat"):
            connection.execute(insert(Body).values(code=code, name_ru=code))
        for id, body, work, x, amount in (
            ("P1", "akimat", "paving", 0, 4),
            ("P2", "roads", "paving", 0, 2),
            ("P3", "heat", "heat_network", 0, 7),
            ("P4", "roads", "paving", 1500, 30),
            ("P5", "heat", "heat_network", 1550, 5),
            ("P6", "roads", "road_repair", None, 4),
        ):
            shape = {"geom": None, "geom_source": "none"} if x is None else {"geom": box(x, 0, 60, 60)}
            days = {"starts": date(2022, 5, 1), "ends": date(2022, 6, 1)}
            row = {"id": id, "executing_body": body, "work_type": work, **days, **shape}
            connection.execute(insert(Project).values(**row))
            money = {"project_id": id, "year": 2022, "amount_kzt": amount * MILLION}
            connection.execute(insert(ProjectFunding).values(**money))
    engine.dispose()
    return abat


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page of the run in English."""
    window = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True, locale="en-GB")

    def opened(name: str) -> Page:
        page = window.new_page()
        page.goto((tmp_path / "maps" / f"{name}.html").as_uri() + "#lang=en")
        page.wait_for_selector("body[data-ready]", state="attached", timeout=30_000)
        return page

    yield opened
    window.close()


def short(amount: float) -> str:
    """Millions, or thousands, with three digits that count."""
    if amount < MILLION:
        return f"{amount / 1000:.3g}\u00a0k"
    return f"{amount / MILLION:.3g}\u00a0m"


def percent(share: float) -> str:
    """Whole per cent; two digits that count where it is small."""
    return f"{share * 100:.2g}%" if abs(share) < 0.1 else f"{share * 100:.0f}%"


def bold(page: Page, box: str = ".figures") -> list[str]:
    return page.locator(f"{box} b").all_text_contents()


def worst(rows: list[dict[str, Any]]) -> int:
    return sum(row["need_class"] == 2 and row["funding_class"] == 0 for row in rows)


def test_numbers_on_pages_are_those_of_json(town: Abat, show: Open) -> None:
    """One store and one run of every verb; the pages are looked at one after another."""
    derived = town("--json", "derive").facts["counts"]
    plan = town("--json", "plan", "--budget", "2500000").facts
    yards = town("--json", "needs", "--by", "courtyard").facts
    needs = town("--json", "needs").facts
    register = town("--json", "conflicts").facts
    assert town("map", "--out", "maps").code == 0
    needs_are_told(show("needs"), needs, yards)
    conflicts_are_told(show("conflicts"), register)
    programme_is_told(show("programme"), plan)
    for row in needs["rows"]:
        code = row["district_code"]
        totals = town("--json", "conflicts", "--district", code).facts["totals"]
        count = worst([each for each in yards["rows"] if each["district_code"] == code])
        assert bold(show(f"district-{code}"))[:8] == district(row, count, totals)
    index_is_told(show("index"), yards["rows"], derived["contested_parcels"], register["totals"])
    shares = [percent(needs["coverage"][name]) for name in ("money", "appeals")]
    assert shares == ["92%", "95%"]  # 48 of 52 million, 18 of 19 appeals
    for name in ("needs", "conflicts", "programme", "index"):
        assert bold(show(name), ".coverage") == shares


def needs_are_told(page: Page, needs: dict[str, Any], yards: dict[str, Any]) -> None:
    told = [str(needs["appeals"]), short(needs["amount_kzt"]), str(worst(yards["rows"]))]
    assert bold(page) == told == ["18", "48\u00a0m", "1"]
    lines = {
        row.locator("th").text_content(): row.locator("td").all_text_contents()
        for row in page.locator(".ranking tbody tr").all()
    }
    assert lines == {
        row["district_code_label"]: [
            percent(part) for part in (row["need"], row["funding"], row["funding"] / row["need"])
        ]
        for row in needs["rows"]
    }
    for cell in page.locator("#legend .cell").all():
        need, money = divmod(int(cell.get_attribute("data-class") or ""), 3)
        assert cell.text_content() == str(yards["classes"].get(f"need {need}, money {money}", 0))


def conflicts_are_told(page: Page, register: dict[str, Any]) -> None:
    totals, rows = register["totals"], register["conflicts"]
    places = {(each["place_kind"], each["place_id"]) for each in rows}
    assert totals["conflicts"] > 3
    assert bold(page) == [str(len(rows)), str(len(places)), short(totals["money_at_risk_kzt"])]
    for name in ("rule", "severity", "certainty"):
        for value, count in Counter(each[name] for each in rows).items():
            assert page.locator(f".chip[data-value='{value}'] b").text_content() == str(count)


def programme_is_told(page: Page, plan: dict[str, Any]) -> None:
    decisions = Counter(row["decision"] for row in plan["rows"])
    assert bold(page) == [str(decisions["chosen"]), str(decisions["refused"])]
    assert plan["programme"]["places"] == decisions["chosen"] == 2
    cost = short(plan["programme"]["cost_kzt"]) + "\u00a0KZT"
    assert page.locator(".figures small").first.text_content() == cost


def district(row: dict[str, Any], count: int, totals: dict[str, Any]) -> list[str]:
    """The eight figures of a district's sheet."""
    coverage = percent(row["funding"] / row["need"])
    money = [short(row["amount_kzt"]), percent(row["need"]), percent(row["funding"]), coverage]
    risk = [str(totals["conflicts"]), short(totals["money_at_risk_kzt"])]
    return [str(row["appeals"]), *money, str(count), *risk]


def index_is_told(page: Page, yards: list[dict[str, Any]], contested: int, totals: dict[str, Any]) -> None:
    risk = short(totals["money_at_risk_kzt"])
    assert bold(page, ".headlines") == [str(worst(yards)), str(contested), risk]
    assert page.locator(".headlines small").all_text_contents() == [
        f"of {len(yards)} courtyards, in 2022",
        "of 6 projects",
        f"{totals['conflicts']} conflicts of projects",
    ]
