"""Phone and personal numbers in texts from outside stand in nothing that Abat writes, unless asked for."""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, text

from gis_core.layer import Layer
from gis_core.personal import NUMBER_MASK, PHONE_MASK, is_masked, masked
from layers.bodies import Body
from layers.courtyards import Courtyard
from layers.districts import District
from layers.parcels import Parcel
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.public_spaces import PublicSpace
from tests.drawing import box
from tests.scripts.conftest import Abat
from tests.written import holding

PHONE, NUMBER = "8 (701) 555-44-33", "850101300124"
BARE = "87025556677"
PLANTED = (PHONE, NUMBER, BARE, "555-44-33")
SAID = f"Позвоните {PHONE}, ИИН {NUMBER}"
HIDDEN = f"Позвоните {PHONE_MASK}, ИИН {NUMBER_MASK}"
# What looks alike and is none: a cadastral number, an id, sums, a coordinate
OWN_SUM = 87015554433
KEPT = ("21-318-089-123", f"P-{OWN_SUM}", "21318089123")
APPEALS = "id;requested_on;category;status;address;text;x;y\n"
X, Y = 660_005, 5_660_005


def appeal(number: int, words: str = SAID, day: str = "2022-03-01") -> str:
    return f'{number};{day};playground;open;"дом 1, {BARE}";"{words}";{X};{Y}\n'


@pytest.fixture
def heard(abat: Abat, tmp_path: Path) -> Abat:
    """Two appeals, and a rejected one."""
    file = tmp_path / "appeals.csv"
    file.write_text(APPEALS + appeal(1) + appeal(int(KEPT[2])) + appeal(3, day=f"тел. {PHONE}"), "utf-8")
    loaded = abat("load", "appeals", file, "--crs", "EPSG:32642")
    assert loaded.code == 0, loaded.err
    file.unlink()
    return abat


@pytest.fixture
def town(engine: Engine, heard: Abat) -> Abat:
    """Two bodies that meet in one courtyard besides, with a verdict: the numbers in every text."""
    with engine.begin() as connection:
        put(connection, Body, code="heat", name_ru=f"Тепло {PHONE}", kind="utility")
        put(connection, Body, code="roads", name_ru=f"Дороги {PHONE}", kind="department")
        put(connection, District, id="w", code="w", name_ru="Запад", geom=box(-50, -50, 200, 200))
        put(connection, Courtyard, id="C-1", address=SAID, condition="needs_repair", geom=box(0, 0, 20, 20))
        put(connection, PublicSpace, id="S-1", name=SAID, kind="park", geom=box(40, 0, 20, 20))
        put(connection, Parcel, id=KEPT[0], holder=SAID, purpose=SAID, geom=box(0, 0, 30, 30))
        when = {"starts": "2022-05-01", "ends": "2022-05-31", "geom": box(0, 0, 10, 10)}
        for project, body in ((KEPT[1], "heat"), ("P-2", "roads")):
            works = {"executing_body": body, "work_type": "paving", "name": SAID, "address": SAID}
            put(connection, Project, id=project, **when, **works)
            put(connection, ProjectFunding, project_id=project, year=2022, source="local", amount_kzt=OWN_SUM)
    assert heard("derive").code == 0
    conflict = heard("--json", "conflicts").facts["conflicts"][0]["conflict_id"]
    assert heard("assess", conflict, "--body", "heat", "--verdict", "yes", "--note", SAID).code == 0
    return heard


def put(connection: Connection, layer: type[Layer], **values: Any) -> None:
    connection.execute(insert(layer).values(**values))


TEXTS = (
    "appeals",
    "projects",
    "courtyards",
    "public_spaces",
    "parcels",
    "bodies",
    "conflicts",
    "assessments",
)
FILES = [
    ("export", "--format", "csv", "--to", "csv"), ("export", *TEXTS, "--format", "qgz", "--to", "qgz"),
    ("export", *TEXTS[:3], "--format", "shp", "--to", "shp"),
    ("export", *TEXTS[:3], "--format", "geojson", "--to", "geojson"),
    ("export", *TEXTS, "--format", "xlsx", "--to", "xlsx"),
    ("map", "--appeal-texts", "--out", "maps"), ("conflicts", "--digest", "digest"),
    ("map", "districts", "--pdf", "--out", "sheets"),
]  # fmt: skip
TOLD = [
    *[("needs", "--by", by, "--csv", f"needs-{by}.csv") for by in ("courtyard", "public_space")],
    ("plan", "--budget", "1000000000"), ("conflicts",), ("conflicts", "--openings"), ("regimes",), ("check",),
]  # fmt: skip


def write_all(abat: Abat, *flags: str) -> None:
    """Every output there is, into the folder that we are in; what is told goes into files, too."""
    first = abat("--json", *flags, "conflicts").facts["conflicts"][0]["conflict_id"]
    once: list[tuple[str, ...]] = [*FILES, ("export", "rejections", "--to", "rejections")]
    twice = [*TOLD, ("conflicts", str(first))]
    for number, words in enumerate((*once, *twice, *(("--json", *each) for each in twice))):
        said = abat(*flags, *words)
        assert "Traceback" not in said.err
        Path(f"told-{number}.txt").write_text(said.out + said.err, "utf-8")


def test_no_planted_number_stands_in_anything_that_is_written_unless_asked_for(
    town: Abat, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(town)
    assert {planted: holding(tmp_path, planted) for planted in PLANTED} == {each: set() for each in PLANTED}
    assert len(holding(tmp_path, PHONE_MASK)) > 20
    for own in (*KEPT, str(OWN_SUM)):
        assert holding(tmp_path, own), own
    monkeypatch.chdir(tmp_path_factory.mktemp("whole"))
    write_all(town, "--with-personal-data")
    tmp_path = Path.cwd()
    for kind in (
        "csv/appeals.csv",
        "rejections",
        "qgz/squares.gpkg",
        "shp",
        "geojson",
        "xlsx",
        "digest",
        "maps",
        "sheets/district-w.pdf/text",
    ):
        found = [name for name in holding(tmp_path, PHONE) if name.startswith(kind)]
        assert found, kind
    assert not holding(tmp_path, PHONE_MASK)


def test_what_citizens_wrote_is_on_the_page_of_needs_only_if_asked_for(town: Abat, tmp_path: Path) -> None:
    """Masked there; the word stands in no other layer of the page."""
    (tmp_path / "more.csv").write_text(APPEALS + appeal(4, f"NEEDLE {PHONE}"), "utf-8")
    assert town("load", "appeals", tmp_path / "more.csv", "--crs", "EPSG:32642").code == 0
    (tmp_path / "more.csv").unlink()
    for flags in ((), ("--appeal-texts",)):
        assert town("map", "needs", *flags, "--out", "maps").code == 0
        assert bool(holding(tmp_path / "maps", "NEEDLE")) == bool(flags)
    assert holding(tmp_path / "maps", f"NEEDLE {PHONE_MASK}")


@pytest.mark.parametrize(
    ("kind", "file"), [("csv", "appeals.csv"), ("gpkg", "squares.gpkg"), ("xlsx", "appeals.xlsx")]
)
def test_a_masked_text_that_comes_back_changes_nothing(
    heard: Abat, engine: Engine, tmp_path: Path, kind: str, file: str
) -> None:
    before = stored(engine)
    assert heard("export", "appeals", "--format", kind, "--to", "out").code == 0
    sub = ("--sublayer", "appeals") if kind == "gpkg" else ()
    back = heard("load", "appeals", tmp_path / "out" / file, *sub, "--crs", "EPSG:32642")
    assert back.code in (0, 3), back.err
    assert stored(engine) == before
    assert SAID in {row[1] for row in before}


def stored(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(text("SELECT id, text, address FROM appeals ORDER BY id"))
        ]


def test_a_text_edited_round_a_mask_is_refused_and_one_without_mask_is_taken(
    heard: Abat, engine: Engine, tmp_path: Path
) -> None:
    assert heard("export", "appeals", "--format", "csv", "--to", "out").code == 0
    path = tmp_path / "out" / "appeals.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, first, second = csv.reader(file, delimiter=";")
    at = first.index(HIDDEN)
    first[at], second[at] = f"{HIDDEN}, срочно", "всё исправлено"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, first, second])
    back = heard("load", "appeals", path, "--crs", "EPSG:32642")
    assert back.code == 0, back.err
    assert "a number in it is masked and would be lost" in back.out
    assert "--with-personal-data" in back.out
    texts = {identity: words for identity, words, _ in stored(engine)}
    assert texts == {first[0]: SAID, second[0]: "всё исправлено"}


def test_rejected_rows_that_were_masked_cannot_be_loaded_as_they_are(heard: Abat, tmp_path: Path) -> None:
    for flags in ((), ("--with-personal-data",)):
        shutil.rmtree(tmp_path / "rejections", ignore_errors=True)
        assert heard(*flags, "export", "rejections", "--to", "rejections").code == 0
        (path,) = (tmp_path / "rejections").iterdir()
        mended = path.read_text("utf-8-sig").replace(f"тел. {PHONE if flags else PHONE_MASK}", "2022-04-01")
        path.write_text(mended, "utf-8")
        back = heard("load", "appeals", path, "--crs", "EPSG:32642")
        assert (back.code, "is masked and would be lost" in back.err) == ((0, False) if flags else (1, True))


def test_a_note_that_comes_back_masked_is_no_edit_and_one_edited_round_the_mask_is_refused(
    town: Abat, engine: Engine, tmp_path: Path
) -> None:
    assert town("export", "assessments", "--format", "csv", "--to", "out").code == 0
    path = tmp_path / "out" / "assessments.csv"
    assert town("assess", "--from", path).code == 3
    words = path.read_text("utf-8-sig")
    assert HIDDEN in words
    path.write_text(words.replace(HIDDEN, f"{HIDDEN} и ещё"), "utf-8")
    refused = town("--json", "assess", "--from", path)
    assert (refused.code, PHONE in refused.out + refused.err) == (1, False)
    assert "masked" in refused.facts["refused"][0]["why"]
    with engine.connect() as connection:
        notes = {*connection.execute(text("SELECT note FROM assessments WHERE note IS NOT NULL")).scalars()}
    assert notes == {SAID}


SPACED = (
    "+77015554433|8 701 555 44 33|8-701-5554433|+7 (7172) 55-55-55|7 701 555 4433|тел.87015554433|"
    "8\u00a0701\u00a0555\u00a044\u00a033|8 7 0 1 5 5 5 4 4 3 3|701-555-44-33|"
    "850101 300124|ЖСН 850-101-300-124|8501 0130 0124"
)
OTHER = (
    "87 015 554 433 тенге|87015554433 тг|77.015554433|71.4701555443|21-318-089-123|21:318:089:1234|"
    "P-87015554433|850101300125|210540001235|993101300124|+7 800 555|2022-07-01|1234567890123456"
)


@pytest.mark.parametrize("words", SPACED.split("|"))
def test_a_number_is_known_however_it_is_spaced(words: str) -> None:
    hidden = masked(f"а {words}, б").removeprefix("а ").removesuffix(", б")
    assert hidden.strip("тел.ЖСН ") in (PHONE_MASK, NUMBER_MASK)


@pytest.mark.parametrize("words", OTHER.split("|"))
def test_what_is_no_phone_and_no_personal_number_stays(words: str) -> None:
    assert masked(words) == words


def test_the_database_masks_texts_as_python_does(empty: Connection) -> None:
    """All numbers above, with many beginnings and ends, and two to a text."""
    dice = random.Random(3)
    ends = (
        "",
        " ",
        ", ",
        "\u00a0",
        "№",
        "ИИН ",
        "ЖСН:",
        "iin-",
        "P-",
        "дом 3, кв.",
        "1",
        "+",
        ".",
        "-",
        " тг",
        " ТЕНГЕ",
        "₸",
        "\n",
        "а",
    )
    known = [*SPACED.split("|"), *OTHER.split("|"), SAID, BARE, "٨٧٠١٥٥٥٤٤٣٣"]
    said = [
        f"{dice.choice(ends)}{a}{dice.choice(ends)}{b}{dice.choice(ends)}"
        for a in known
        for b in known
        for _ in (1, 2)
    ]
    query = text(
        "SELECT abat_masked(t) FROM unnest(CAST(:said AS text[])) WITH ORDINALITY AS u (t, n) ORDER BY n"
    )
    told = empty.scalars(query, {"said": said}).all()
    assert [(a, b, masked(a)) for a, b in zip(said, told, strict=True) if b != masked(a)] == []
    assert 0.3 < sum(map(is_masked, told)) / len(told) < 0.95


def test_views_of_the_database_tell_no_planted_number(town: Abat, engine: Engine) -> None:
    assert town("--lang", "ru", "db", "styles").code == 0
    with engine.connect() as connection:
        views = connection.scalars(
            text("SELECT table_name FROM information_schema.views WHERE table_schema = 'abat_ru'")
        )
        told = "".join(
            str(row)
            for view in views
            for row in connection.execute(text(f"SELECT t::text FROM abat_ru.{view} t"))
        )
    assert [planted for planted in PLANTED if planted in told] == []
    assert told.count(PHONE_MASK) > 10
    assert all(own in told for own in KEPT)
