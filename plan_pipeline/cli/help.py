"""What `--help` says of several commands: whole sentences."""

from typing import Any

from typer.core import TyperGroup


class WholeSentences(TyperGroup):
    """Lists its commands each with the whole first sentence of what it does, over as many lines as that takes."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, found.get_short_help_str(limit=_NO_LIMIT)) for name, found in commands if found])


_NO_LIMIT = 10_000
