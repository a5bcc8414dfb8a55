"""environment.yml says the same as pyproject.toml, for people who use conda."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent

# What a package of pyproject.toml is called on conda-forge, where the names differ.
CONDA_NAMES = {
    "psycopg[binary,pool]": ["psycopg", "psycopg-pool"],
    "isal": ["python-isal"],
    "lazrs": ["lazrs-python"],
}
NOT_PYTHON = {"postgresql", "postgis", "nodejs"}
OF_CONDA = {"python", "pip"}


def split(requirement: str) -> tuple[str, str]:
    """Name and bounds of a requirement, without blanks."""
    match = re.fullmatch(r"([A-Za-z0-9._-]+(?:\[[a-z,]+\])?)\s*(.*)", requirement)
    assert match, requirement
    return match[1].lower(), match[2].replace(" ", "")


@pytest.fixture(scope="module")
def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def conda() -> dict[str, str]:
    """Name -> bounds of everything the file asks for, conda's part and pip's."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    flat = [entry for entry in entries if isinstance(entry, str)]
    flat += [entry for part in entries if isinstance(part, dict) for entry in part["pip"]]
    pairs = [split(entry) for entry in flat]
    assert len(dict(pairs)) == len(pairs), "a package is named twice"
    return dict(pairs)


@pytest.fixture(scope="module")
def wanted(project: dict[str, object]) -> dict[str, str]:
    """The same from pyproject.toml, under conda's names."""
    found = {}
    for requirement in project["dependencies"]:
        name, bounds = split(requirement)
        for conda_name in CONDA_NAMES.get(name, [name]):
            found[conda_name] = bounds
    return found


def test_both_name_the_same_packages(conda: dict[str, str], wanted: dict[str, str]) -> None:
    assert set(conda) - NOT_PYTHON - OF_CONDA == set(wanted)


def test_the_bounds_agree(conda: dict[str, str], wanted: dict[str, str]) -> None:
    assert {name: conda[name] for name in wanted} == wanted


def test_the_python_range_is_that_of_the_project(conda: dict[str, str], project: dict[str, object]) -> None:
    assert conda["python"] == project["requires-python"]


def test_it_brings_the_database_and_node(conda: dict[str, str]) -> None:
    assert set(conda) >= NOT_PYTHON


@pytest.mark.parametrize("lock", ["run", "test", "node", "benchmark", "installer"])
def test_locks_carry_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    assert "://" not in text, "a lock names a package index"
    blocks = re.split(r"\n(?=[a-zA-Z])", text.strip())
    pinned = [block for block in blocks if "==" in block]
    assert pinned
    assert all("--hash=sha256:" in block for block in pinned), "a pin has no hash"
    # "editable" or path requirements would escape the hashes
    assert len(pinned) == len(blocks)


@pytest.mark.parametrize("lock", ["test", "node", "benchmark"])
def test_tests_run_on_the_versions_that_are_shipped(lock: str) -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", text, flags=re.MULTILINE))

    shipped, other = pins("run"), pins(lock)
    assert shipped
    assert {name: other.get(name) for name in shipped} == shipped
