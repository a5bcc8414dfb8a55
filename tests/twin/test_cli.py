"""The `twin` command: plugins by entry point, errors as one line."""

from importlib.metadata import EntryPoint

import click
import pytest
from click.testing import CliRunner

from twin import cli
from twin.errors import InvalidParameter, NotFound, SetupError, TwinError


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch):
    """Replace the declared commands by these: name -> 'module:attribute'."""

    def replace(**entries: str) -> None:
        found = {name: EntryPoint(name, value, "twin.commands") for name, value in entries.items()}
        monkeypatch.setattr(cli, "_declared", lambda: found)

    return replace


def invoke(*arguments: str):
    return CliRunner().invoke(cli.main, arguments)


@click.command()
def good() -> None:
    click.echo("well")


@click.command()
@click.argument("kind")
def failing(kind: str) -> None:
    raise {
        "setup": SetupError("run this line"),
        "input": InvalidParameter("bbox", "four numbers are needed"),
        "other": NotFound("no such building"),
    }[kind]


NOT_A_COMMAND = 42


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let entry points name this very module, whatever pytest calls it."""
    import sys

    monkeypatch.setitem(sys.modules, "commands_under_test", sys.modules[__name__])


def test_a_declared_command_runs(declare) -> None:
    declare(good="commands_under_test:good")
    result = invoke("good")
    assert (result.exit_code, result.output) == (0, "well\n")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_module:go", "No module named 'no_such_module'"),
        ("commands_under_test:missing", "missing"),
        ("commands_under_test:NOT_A_COMMAND", "it is not a click command"),
    ],
)
def test_a_broken_plugin_is_named_and_spares_the_others(declare, value: str, reason: str) -> None:
    declare(good="commands_under_test:good", broken=value)
    listing = invoke("--help")
    assert listing.exit_code == 0
    assert "(broken)" in listing.output
    result = invoke("broken", "--with", "arguments")
    assert result.exit_code == 1
    assert value in result.stderr
    assert reason in result.stderr
    assert "Traceback" not in result.output
    assert invoke("good").exit_code == 0


@pytest.mark.parametrize(
    ("kind", "code", "line"),
    [
        ("setup", 3, "twin: run this line\n"),
        ("input", 2, "twin: parameter 'bbox': four numbers are needed\n"),
        ("other", 1, "twin: no such building\n"),
    ],
)
def test_an_error_of_ours_is_one_line_and_a_code(declare, kind: str, code: int, line: str) -> None:
    declare(failing="commands_under_test:failing")
    result = invoke("failing", kind)
    assert (result.exit_code, result.stderr, result.stdout) == (code, line, "")


def test_every_error_of_the_tree_has_a_code() -> None:
    def tree(kind: type[TwinError]) -> list[type[TwinError]]:
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in tree(child))]

    assert {cli.exit_code(kind.__new__(kind)) for kind in tree(TwinError)} == {1, 2, 3}


def test_an_unknown_command_is_a_usage_error(declare) -> None:
    declare()
    assert invoke("nonsense").exit_code == 2


def test_the_version_is_told() -> None:
    assert invoke("--version").output.startswith("twin, version ")


def test_every_declared_command_of_this_project_loads() -> None:
    broken = [name for name in cli.main.list_commands(click.Context(cli.main)) if "(broken)" in _short(name)]
    assert broken == []


def _short(name: str) -> str:
    command = cli.main.get_command(click.Context(cli.main), name)
    assert command is not None
    return command.get_short_help_str(limit=300)
