"""Settings come from the environment, with defaults that work on a desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gis_core.settings import read_settings


def test_without_any_settings_the_embedded_server_and_astana_are_meant() -> None:
    settings = read_settings({})
    assert (settings.database_url, settings.city) == (None, "astana")


def test_an_empty_variable_is_no_setting() -> None:
    empty = {"ABAT_DATABASE_URL": "", "ABAT_HOME": "", "ABAT_CITY": ""}
    assert read_settings(empty) == read_settings({})


def test_what_is_said_is_taken() -> None:
    said = {"ABAT_DATABASE_URL": "postgresql:///x", "ABAT_HOME": "/srv/abat", "ABAT_CITY": "paris"}
    settings = read_settings(said)
    assert settings.database_url == "postgresql:///x"
    assert settings.home == Path("/srv/abat")
    assert settings.city == "paris"


def test_root_keeps_its_data_where_the_server_account_can_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert read_settings({"HOME": "/root"}).home == Path("/var/lib/abat")


def test_a_user_keeps_data_in_the_usual_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert read_settings({"XDG_DATA_HOME": "/home/a/data"}).home == Path("/home/a/data/abat")
