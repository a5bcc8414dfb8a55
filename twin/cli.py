"""The `twin` command. Its sub-commands arrive by entry points of the group `twin.commands`.

So the core never imports the packages above it, and a package of somebody else
can add a command by declaring one line.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version

import click

from twin.errors import InvalidInput, SetupError, TwinError
from twin.garbage import seldom_collected

_GROUP = "twin.commands"


class CommandGroup(click.Group):
    """Finds sub-commands when they are asked for, so that `twin status` does not load ifcopenshell."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of every command, own and declared."""
        return sorted({*super().list_commands(ctx), *_declared()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; a broken one answers with its fault and spares the others."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        entry = _declared().get(cmd_name)
        if entry is None:
            return None
        try:
            # of what modules are made of nothing is garbage yet
            with seldom_collected():
                command = entry.load()
        except Exception as error:  # whatever a plugin's import may raise
            return _broken(cmd_name, entry, error)
        return command if isinstance(command, click.Command) else _broken(cmd_name, entry, None)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of ours becomes one line and an exit code, never a trace."""
        try:
            return super().invoke(ctx)
        except TwinError as error:
            click.echo(f"twin: {error}", err=True)
            sys.exit(exit_code(error))


def exit_code(error: TwinError) -> int:
    """3: the machine lacks something; 2: the input cannot be used; 1: anything else."""
    if isinstance(error, SetupError):
        return 3
    return 2 if isinstance(error, InvalidInput) else 1


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(None, "--version", package_name="city-twin", prog_name="twin")
def main() -> None:
    """Run, fill and ask a city's digital twin."""


def installed_version() -> str:
    """Version of this installation, or ``unknown`` when it is run from a bare folder."""
    try:
        return version("city-twin")
    except PackageNotFoundError:
        return "unknown"


def _declared() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=_GROUP)}


def _broken(name: str, entry: EntryPoint, error: Exception | None) -> click.Command:
    reason = f"{type(error).__name__}: {error}" if error else "it is not a click command"
    message = f"command '{name}' ({entry.value}) cannot be loaded: {reason}"

    @click.command(
        name,
        short_help=f"(broken) {reason}",
        context_settings={"ignore_unknown_options": True, "help_option_names": []},
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def report(arguments: tuple[str, ...]) -> None:
        raise TwinError(message)

    return report
