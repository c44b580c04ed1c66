"""Abat: a city's layers, conflicts of projects, needs against funding; `abat VERB --help` explains a verb."""

from __future__ import annotations

import ast
import atexit
import gc
import importlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_args

import typer
from typer.core import TyperGroup

from gis_core.errors import GisError
from gis_core.settings import read_settings

# In the order of work; each is the module of the same name
VERBS = (
    *("demo", "db", "load", "derive", "conflicts", "assess", "regimes", "needs", "plan"),
    *("map", "export", "history", "check"),
)
FLAGS = {"--json", "-v", "--verbose", "-q", "--quiet", "--with-personal-data", "--log-json"}
VALUED = {"--database", "--city", "--lang"}


class Verbs(TyperGroup):
    """The verbs, each imported only when it is called: `abat --help` must not wait for GDAL."""

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(VERBS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            return None
        command = typer.main.get_command(importlib.import_module(f"scripts.{cmd_name}").app)
        command.name = cmd_name
        return command

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, _first_sentence(verb)) for verb in VERBS])


def _first_sentence(verb: str) -> str:
    """What a verb does, from its module's docstring, without importing it."""
    source = (Path(__file__).parent / f"{verb}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]


app = typer.Typer(
    cls=Verbs,
    help=__doc__,
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="A PostGIS of your own; else ABAT_DATABASE_URL, else the embedded one."
        ),
    ] = None,
    city: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="City profile; else ABAT_CITY, else astana.")
    ] = None,
    lang: Annotated[str | None, typer.Option(metavar="ru|kk|en", help="Language; else the city's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Result as JSON.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Tell more.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Tell only the result.")] = False,
    personal: Annotated[
        bool,
        typer.Option("--with-personal-data", help="Leave phone numbers and IIN in texts; else ***."),
    ] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Progress and errors as lines of JSON on stderr.")
    ] = False,
) -> None:
    """Options that may stand before or after the verb."""
    from gis_core.languages import Language  # noqa: PLC0415
    from scripts.common import Call  # noqa: PLC0415

    if lang is not None and lang not in get_args(Language):
        raise typer.BadParameter(f"{lang!r} is not one of ru, kk, en", param_hint="--lang")
    settings = read_settings()
    settings = replace(settings, database_url=database or settings.database_url, city=city or settings.city)
    context.obj = Call(settings, lang, as_json, quiet, verbose, personal, log_json)  # type: ignore[arg-type]


def main(arguments: list[str] | None = None) -> None:
    """Run a command line; faults of the outside end in one message and exit code 1, wrong usage in 2."""
    atexit.register(gc.freeze)  # who ends need not look for garbage in all that was imported: 0.3 s
    words = _options_first(sys.argv[1:] if arguments is None else arguments)
    gc.disable()  # nothing that is imported is garbage: 0.1 s, until the store is opened (scripts/store.py)
    try:
        app(args=words, prog_name="abat")
    except GisError as fault:
        _fail(words, str(fault))
    except OSError as fault:
        from gis_core.faults import disk_fault  # noqa: PLC0415

        told = disk_fault(fault)
        if told is None:
            raise
        _fail(words, told)
    except MemoryError:
        _fail(words, "too little memory; close other programs; nothing was changed")
    finally:
        gc.enable()


def _fail(words: list[str], fault: str) -> NoReturn:
    """Tell a fault in one message, without phone and personal numbers, and end with exit code 1."""
    from gis_core.personal import masked  # noqa: PLC0415
    from scripts.common import log_line  # noqa: PLC0415

    if "--log-json" in words:
        log_line("error", masked(fault))
    else:
        sys.stderr.write(f"abat: {masked(fault)}\n")
    sys.exit(1)


def _options_first(words: list[str]) -> list[str]:
    """The words with the common options moved before the verb, wherever they stood."""
    common: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            return [*common, *others, "--", *rest]
        if word in FLAGS or ("=" in word and word.partition("=")[0] in VALUED):
            common.append(word)
        elif word in VALUED:
            common += [word, *(next_word for next_word in [next(rest, None)] if next_word is not None)]
        else:
            others.append(word)
    return common + others


def run(verb: str) -> Any:
    """What `python -m scripts.VERB` does: the same as `abat VERB`."""
    main([verb, *sys.argv[1:]])
