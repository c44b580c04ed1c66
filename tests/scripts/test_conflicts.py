"""What the register shows: tables, evidence, digests, openings. Every number can be done in the head."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser
from sqlalchemy import Engine, create_engine, insert, select, update

from layers.assessments import Assessment
from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.project_funding import ProjectFunding
from layers.projects import Project
from tests.drawing import box
from tests.scripts.conftest import Abat

RULES = Path(__file__).parents[1] / "rules.toml"
WHOSE = ("Your project", "Your period", "Other project", "Their period", "Other body")
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>{{7*7}}\x1b[2J'
BODIES = (
    ("akimat", "Аппарат акима <b>района</b>", "Аудан әкімінің аппараты", "District akimat"),
    ("heat", "Тепловые сети", "Жылу желілері", "Heat networks"),
    ("../roads", "Управление дорог", "Жолдар басқармасы", "Roads department"),
)


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    """A of the akimat (10 x 10 m) and B of heat on its right half, both in May, in one courtyard.

    A costs 1000 in 2022 and 500 in 2023, B 300 in 2022: 300 tenge at risk, A's half of 1000 being 500.
    """
    engine = create_engine(database_url)
    with engine.begin() as connection:
        names = ("code", "name_ru", "name_kk", "name_en")
        connection.execute(insert(Body), [dict(zip(names, row, strict=True)) for row in BODIES])
        connection.execute(insert(Courtyard).values(id="D1", address=HOSTILE, geom=box(-5, -5, 30, 30)))
        works = {
            "A": ("akimat", box(0, 0, 10, 10), "road_repair"),
            "B": ("heat", box(5, 0, 5, 10), "heat_network"),
        }
        for number, (project, (body, shape, work)) in enumerate(works.items(), start=7):
            row = {"executing_body": body, "work_type": work, "source_file": "works.geojson"}
            row |= {"starts": date(2022, 5, 1), "ends": date(2022, 5, 31), "source_row": number}
            connection.execute(insert(Project).values(id=project, name=HOSTILE, geom=shape, **row))
        for project, year, amount in (("A", 2022, 1000), ("A", 2023, 500), ("B", 2022, 300)):
            money = {"project_id": project, "year": year, "source": "local", "amount_kzt": amount}
            connection.execute(insert(ProjectFunding).values(**money, source_file="money.csv", source_row=3))
    yield engine
    engine.dispose()


@pytest.fixture
def town(store: Engine, abat: Abat) -> Abat:
    assert abat("derive").code == 0
    return abat


def clash(store: Engine) -> str:
    with store.connect() as connection:
        query = select(Assessment.conflict_id).where(Assessment.rule == "clash").distinct()
        return connection.scalars(query).one()


def rederived(town: Abat, store: Engine, **said: Any) -> int:
    """Change project B, derive again; the number of the run."""
    with store.begin() as connection:
        connection.execute(update(Project).where(Project.id == "B").values(**said))
    assert town("derive", "--force").code == 0
    return int(town("--json", "conflicts", "--status", "all").facts["conflicts"][0]["last_seen"])


def test_the_list_is_a_table_with_totals_and_can_be_asked(town: Abat, store: Engine) -> None:
    lines = town("conflicts").out.splitlines()
    assert lines[0].startswith("Номер пересечения")
    assert clash(store) in lines[1]
    assert lines[-1].startswith("пересечений 1 (существенных 1), под риском 300 тенге")
    assert lines[-1].endswith("; на карте: денег 0.00%, обращений нет")  # there are no districts
    assert town("--json", "conflicts").facts["coverage"] == {"money": 0, "appeals": None}
    assert "\x1b" not in "".join(lines)
    assert town("conflicts", "--lang", "en").out.splitlines()[-1].startswith("1 conflicts (1 major), 300 KZT")
    found = [
        ("--rule", "накладка"),
        ("--body", "Жылу желілері"),
        ("--verdict", "не рассмотрено"),
        ("--since", "0"),
    ]
    none = [("--rule", "wrong_order"), ("--body", "../roads"), ("--verdict", "yes"), ("--since", "99")]
    for words in (*found, ("--status", "all")):
        assert town("--json", "conflicts", *words).facts["totals"]["conflicts"] == 1, words
    for words in (*none, ("--status", "gone")):
        assert town("--json", "conflicts", *words).facts["totals"]["conflicts"] == 0, words
    assert town("assess", clash(store), "--body", "heat", "--savings", "250").code == 0
    assert town("assess", clash(store), "--body", "akimat", "--savings", "200").code == 0
    assert town("--json", "conflicts").facts["totals"]["savings_kzt"] == 250  # both speak of the same money
    for option in ("--rule", "--body", "--district", "--status", "--verdict"):
        assert town("conflicts", option, "x").code == 1, option
    assert "the register has no conflict '0'" in town("conflicts", "0").err


def test_the_card_tells_everything_that_the_finding_rests_on(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    town(
        "assess",
        clash(store),
        "--body",
        "heat",
        "--verdict",
        "yes",
        "--note",
        "перенесём",
        "--lead",
        "akimat",
    )
    rederived(town, store, ends=date(2022, 6, 20))
    card = town("conflicts", clash(store), "--svg", tmp_path / "drawing.svg").out
    for words in (
        "накладка · существенное · точно · есть",
        "min_shared_m2 = 1, reassess.days = 7, reassess.area = 0.1, reassess.money = 0.1",
        "источник: works.geojson, строка 7",
        "источник: works.geojson, строка 8",
        "бюджет 2022: 300 тенге, местный бюджет; источник: money.csv, строка 3",
        "50 м²; от A: 50\u00a0%; от B: 100\u00a0%; общих дней: 31",
        "300 тенге = меньшая из долей",
        "A: 1\u00a0000 × 0.5000 = 500",
        "B: 300 × 1.0000 = 300",
        "годы бюджета: 2022",
        "точно: контуры сняты или нарисованы, сроки твёрдые",
        "сдвинуть один из проектов на 31 дн.",
        "один ведущий орган",
        "Тепловые сети: пересмотреть; ведущий орган: Аппарат акима <b>района</b>; «перенесём»",
        "когда дано заключение, было: Конец Б 2022-05-31 → 2022-06-20",
        "заключение: не рассмотрено → да, мешает".capitalize(),
        "(abat derive, запуск",
        "впервые запуск 1",
    ):
        assert words in card, words
    assert "\x1b" not in card
    lines = [line.strip() for line in card.splitlines()]
    drawing = [line for line in lines if line and set(line) <= set("·/\\#")]
    assert any("/" in line and "#" in line for line in drawing)  # A's left half, the shared right half
    assert "\\" not in "".join(drawing)  # all of B is shared
    svg = (tmp_path / "drawing.svg").read_text("utf-8")
    assert svg.startswith("<svg")
    assert svg.count("<path") == 4
    for lang, word in (("kk", "Тәуекелдегі қаржы"), ("en", "Money at risk")):
        assert word in town("conflicts", clash(store), "--lang", lang).out


def test_the_shift_that_the_card_names_dissolves_the_clash(town: Abat, store: Engine) -> None:
    assert town("--json", "conflicts", clash(store)).facts["shift_days"] == 31
    rederived(town, store, starts=date(2022, 5, 31), ends=date(2022, 6, 30))
    assert town("--json", "conflicts", "--rule", "clash").facts["totals"]["conflicts"] == 1
    rederived(town, store, starts=date(2022, 6, 1), ends=date(2022, 7, 1))
    assert town("--json", "conflicts", "--rule", "clash").facts["totals"]["conflicts"] == 0
    gone = town("conflicts", clash(store))
    assert "накладка · существенное · точно · исчезло" in gone.out


def digest(town: Abat, folder: Path, *words: object) -> dict[str, dict[str, list[Any]]]:
    """For each body: status of each conflict by rule, as its sheet says it."""
    result = town("--json", "conflicts", "--digest", folder, *words)
    assert result.code == 0, result.err
    told: dict[str, dict[str, list[Any]]] = {}
    for body, files in result.facts["bodies"].items():
        rows = list(load_workbook(files["sheet"]).worksheets[0].iter_rows(min_row=2, values_only=True))
        told[body] = {str(row[2]): list(row) for row in rows}
    return told


def test_each_body_is_told_what_is_new_changed_gone_and_to_be_judged_anew(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    first = digest(town, tmp_path)
    assert {body: [row[1] for row in rows.values()] for body, rows in first.items()} == {
        "akimat": ["новое"],
        "heat": ["новое"],
    }
    run = town("--json", "conflicts").facts["conflicts"][0]["last_seen"]
    assert digest(town, tmp_path, "--since", run) == {"akimat": {}, "heat": {}}
    town("assess", clash(store), "--body", "heat", "--verdict", "no")
    run = rederived(town, store, ends=date(2022, 6, 20))
    told = digest(town, tmp_path, "--since", run - 1)
    assert (told["akimat"]["накладка"][1], told["heat"]["накладка"][1]) == ("изменилось", "пересмотреть")
    run = rederived(town, store, joint_group="J")
    with store.begin() as connection:
        connection.execute(update(Project).where(Project.id == "A").values(joint_group="J"))
    run = rederived(town, store, joint_group="J")
    told = digest(town, tmp_path, "--since", run)
    assert told["heat"]["накладка"][1] == "снято совместным проектом"
    run = rederived(town, store, joint_group=None) - 1
    assert digest(town, tmp_path, "--since", run)["akimat"]["накладка"][1] == "появилось снова"
    assert list(digest(town, tmp_path / "one", "--body", "heat")) == ["heat"]


def test_who_has_the_power_is_told_of_a_project_that_is_not_its_own(
    store: Engine, abat: Abat, tmp_path: Path
) -> None:
    """Paving of courtyards is for the akimats of districts, and heat networks do it."""
    work = {"id": "C", "executing_body": "heat", "work_type": "paving", "geom": box(15, 15, 5, 5)}
    work |= {"starts": date(2022, 5, 1), "ends": date(2022, 5, 31)}
    with store.begin() as connection:
        connection.execute(insert(Project).values(**work))
        connection.execute(update(Body).where(Body.code == "akimat").values(kind="district_akimat"))
    rules = ("--city", RULES)
    assert abat(*rules, "derive").code == 0
    assert abat(*rules, "--lang", "en", "conflicts", "--digest", tmp_path).code == 0
    period, told = "01.05.2022–31.05.2022", {}
    for body in ("akimat", "heat"):
        head, *rows = load_workbook(tmp_path / f"{body}.xlsx").worksheets[0].values
        row = next(dict(zip(head, row, strict=True)) for row in rows if row[2] == "outside powers")
        told[body] = [row[name] for name in WHOSE]
        page = (tmp_path / f"{body}.html").read_text("utf-8")
        article = next(each for each in page.split("<article>") if "outside powers" in each)
        assert ("Your project" in article, "> yours" in article) == (body == "heat",) * 2
        assert ("Other project" in article, "> other" in article) == (body == "akimat",) * 2
    assert told["heat"] == ["C", period, None, None, "District akimat"]
    assert told["akimat"] == [None, None, "C", period, "Heat networks"]


def test_digests_are_the_same_bytes_and_speak_three_languages(town: Abat, tmp_path: Path) -> None:
    said = {
        "ru": ("Пересечения, которые касаются вас", "Заключение"),
        "kk": ("Сізге қатысты қиылысулар", "Қорытынды"),
        "en": ("Conflicts that concern you", "Verdict"),
    }
    for lang, (title, verdict) in said.items():
        for folder in ("one", "two"):
            assert town("conflicts", "--digest", tmp_path / folder / lang, "--lang", lang).code == 0
        for path in sorted((tmp_path / "one" / lang).iterdir()):
            assert path.read_bytes() == (tmp_path / "two" / lang / path.name).read_bytes(), path.name
        page = (tmp_path / "one" / lang / "heat.html").read_text("utf-8")
        assert f'<html lang="{lang}">' in page
        assert f"<h1>{title}</h1>" in page
        book = load_workbook(tmp_path / "one" / lang / "heat.xlsx")
        assert verdict in [cell.value for cell in book.worksheets[0][1]]


def test_a_page_shows_so_many_of_a_section_and_the_sheet_has_all(
    town: Abat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.digest.MOST", 0)
    assert [*digest(town, tmp_path)["heat"]] == ["накладка"]
    page = (tmp_path / "heat.html").read_text("utf-8")
    assert "Показаны 0 из 1, с наибольшими деньгами под риском; все есть в листе heat.xlsx." in page
    assert "<article>" not in page


def test_a_sheet_with_answers_is_not_replaced_before_they_are_read_back(town: Abat, tmp_path: Path) -> None:
    digest(town, tmp_path)
    path = tmp_path / "heat.xlsx"
    book = load_workbook(path)
    titles = {cell.value: cell.column for cell in book.worksheets[0][1]}
    book.worksheets[0].cell(2, titles["Примечание"], "договорились")
    book.save(path)
    filled = path.read_bytes()
    refused = town("conflicts", "--digest", tmp_path)
    assert refused.code == 1
    assert f"{path} holds 1 answers that the register does not have" in refused.err
    assert f"abat assess --from {path}" in refused.err
    assert path.read_bytes() == filled
    assert town("assess", "--from", path).code == 0
    assert "договорились" in digest(town, tmp_path)["heat"]["накладка"]


def test_the_sheet_is_ready_to_be_filled_in_and_runs_nothing(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    digest(town, tmp_path)
    book = load_workbook(tmp_path / "heat.xlsx")
    page, lists = book.worksheets
    assert (page.freeze_panes, page.auto_filter.ref, lists.sheet_state) == ("B2", "A1:U2", "hidden")
    offered = {str(each.sqref): each.formula1 for each in page.data_validations.dataValidation}
    titles = {cell.value: cell.column_letter for cell in page[1]}
    verdicts = offered[f"{titles['Заключение']}2"]
    assert [cell.value for cell in lists[verdicts.split("!")[1].replace("$", "")][0]] == [
        "не рассмотрено", "да, мешает", "нет, не мешает",
    ]  # fmt: skip
    place = page[f"{titles['Адрес или название']}2"]
    assert (place.data_type, place.quotePrefix) == ("s", True)
    assert place.value == HOSTILE.replace("\x1b", "")
    assert [cell.value for row in page.iter_rows() for cell in row if cell.data_type == "f"] == []
    numbers = {"Общая площадь, м²": 50, "Деньги под риском, тенге": 300}
    assert {name: page[f"{titles[name]}2"].value for name in numbers} == numbers


def test_the_page_asks_for_nothing_and_shows_hostile_text_as_text(
    town: Abat, tmp_path: Path, browser: Browser
) -> None:
    digest(town, tmp_path)
    page = browser.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    path = (tmp_path / "heat.html").as_uri()
    page.goto(path)
    assert (asked, faults) == ([path], [])
    assert str(page.locator("article h3").text_content()).startswith("накладка: =HYPERLINK")
    assert page.locator("script").count() == 0
    assert "<b>района</b>" in page.locator("dl").inner_text()
    assert page.locator("figure svg path").count() >= 3
    page.close()


def test_a_body_with_a_strange_code_gets_files_inside_the_folder(
    town: Abat, store: Engine, tmp_path: Path
) -> None:
    rederived(town, store, executing_body="../roads")
    digest(town, tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert [name.split("-")[0] for name in names[:2]] == ["___roads", "___roads"]
    assert names[2:] == ["akimat.html", "akimat.xlsx", "heat.html", "heat.xlsx"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
