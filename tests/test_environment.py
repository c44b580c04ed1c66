"""pyproject.toml, environment.yml, constraints.txt and the imports of the code name the same packages."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("gis_core", "layers", "maps", "scripts", "data")
OURS = {*ROOMS, "tests", "benchmarks"}
CONDA_NAMES = {"playwright": "playwright-python", "h3": "h3-py"}  # the short ones are not the Python packages
NOT_ON_CONDA = {"pgpq", "axe-playwright-python", "tipg"}
CONDA_ONLY = {"python": "3.11", "pip": ""}
NOT_IMPORTED = {
    "pytest-xdist": "make test spreads the tests over the cores",
    "ruff": "make lint",
    "mypy": "make lint",
    "tipg": "serves the views, in a process of its own",
    "uvicorn": "runs tipg",
}
INSTALLING = (
    "Makefile",
    "pyproject.toml",
    "constraints.txt",
    "apt-packages.txt",
    "environment.yml",
    "environment-server.yml",
    ".ci/run",
    "install/install.sh",
    "install/apt.sh",
    "install/env.sh",
    "install/step.sh",
)

Packages = dict[str, str]
"""Oldest version allowed by distribution name, normalised."""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def requirements(lines: list[str]) -> Packages:
    found = [re.fullmatch(r"([\w.-]+)(?:\[\w+\])?\s*>=\s*([\d.]+)", line) for line in lines]
    assert all(found), f"written otherwise than NAME>=VERSION: {lines}"
    return {plain(one[1]): one[2] for one in found if one}


def project() -> Packages:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return requirements(declared["dependencies"])


def project_and_tests() -> Packages:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project() | requirements(declared["optional-dependencies"]["test"])


def test_who_asks_for_an_extra_gets_what_is_tested() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(extras["ogc"]) | set(extras["workers"]) <= set(extras["test"])


def conda(file: str) -> tuple[Packages, Packages]:
    """What conda gets from conda-forge, and what it lets pip add."""
    lines = (ROOT / file).read_text("utf-8").split("dependencies:\n")[1].splitlines()
    found: list[Packages] = [{}, {}]
    for line in lines:
        one = re.fullmatch(r"  ( {4})?- ([\w.-]+)(?: ?>=([\d.]+))?", line)
        assert one or line == "  - pip:" or line.startswith("  #"), f"{file}: {line} is no NAME >=VERSION"
        if one:
            found[bool(one[1])][one[2]] = one[3] or ""
    return found[0], found[1]


def constraints() -> Packages:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    return {plain(name): version for name, version in pins}


def imported(*folders: str) -> set[str]:
    """Distributions that the code below these folders imports."""
    modules: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    made_by = packages_distributions()
    beside = {path.stem for folder in folders for path in (ROOT / folder).glob("*.py")}
    outside = modules - set(sys.stdlib_module_names) - OURS - beside
    return {plain(made_by.get(module, [module])[0]) for module in outside}


def test_conda_and_pip_get_the_same_packages_from_the_same_version_on() -> None:
    of_conda, of_pip = conda("environment.yml")
    expected = {CONDA_NAMES.get(name, name): oldest for name, oldest in project_and_tests().items()}
    assert of_conda | of_pip == expected | CONDA_ONLY
    assert set(of_pip) == NOT_ON_CONDA


def test_only_the_server_is_added_by_its_own_conda_file() -> None:
    assert conda("environment-server.yml") == ({"postgis": "3.3"}, {})


def test_what_the_rooms_import_is_declared() -> None:
    assert imported(*ROOMS) - set(project()) == {"distributed"}  # of the extra `workers`


def test_what_the_tests_import_is_declared() -> None:
    undeclared = imported("tests", "benchmarks") - set(project_and_tests())
    peers = {"keplergl", "lonboard", "pydeck", "duckdb", "duckdb-extension-spatial", "sedonadb"}
    # of apt-packages.txt; those that peers of benchmarks have in an environment of their own
    assert undeclared == {"qgis"} | peers


def test_what_is_declared_to_run_is_imported_by_the_rooms_or_has_a_reason() -> None:
    assert set(project()) - imported(*ROOMS) - set(NOT_IMPORTED) == set()


def test_what_is_declared_to_test_is_imported_by_the_tests_or_has_a_reason() -> None:
    only_tests = set(project_and_tests()) - set(project())
    assert only_tests - imported("tests") - set(NOT_IMPORTED) == set()


def test_a_reason_stands_only_for_what_is_declared_and_not_imported() -> None:
    assert set(NOT_IMPORTED) <= set(project_and_tests()) - imported(*ROOMS, "tests")


def test_every_declared_package_has_a_known_good_version_that_is_new_enough() -> None:
    pins = constraints()
    declared = project_and_tests()
    assert set(declared) - set(pins) == set()
    assert [name for name, oldest in declared.items() if numbers(pins[name]) < numbers(oldest)] == []


def test_known_good_versions_run_on_the_first_python_we_allow() -> None:
    """A pin that needs Python 3.11.5 cannot be installed on Debian 12, which has 3.11.2."""
    pins = constraints()
    too_new = []
    for installed in distributions():
        oldest = re.search(r">=\s*([\d.]+)", installed.metadata.get("Requires-Python") or "")
        if (
            oldest
            and pins.get(plain(installed.name)) == installed.version
            and numbers(oldest[1]) > (3, 11, 0)
        ):
            too_new.append(f"{installed.name} {installed.version} needs {oldest[1]}")
    assert too_new == []


def test_every_system_package_has_a_level_and_a_sign() -> None:
    lines = (ROOT / "apt-packages.txt").read_text("utf-8").splitlines()
    for line in filter(None, lines):
        if not line.startswith("#"):
            level, _package, *signs = line.split()
            assert level in {"run", "test"}
            assert signs


@pytest.mark.parametrize("file", INSTALLING)
def test_installing_names_no_address_and_no_machine(file: str) -> None:
    """Which index, proxy or mirror is used is the machine's own setting."""
    text = (ROOT / file).read_text("utf-8")
    assert re.findall(r"\w+://\S+|--(?:extra-)?index\S*|--find-links\S*|--trusted-host\S*", text) == []
