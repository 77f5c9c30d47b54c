"""The command line: `plan-pipeline …`.

Belongs here: what holds for every command: options, exit codes, tables, where output goes. Does not belong here: a
single command (see ``commands``), or any of the work itself (see ``services``).
"""

from plan_pipeline.cli.app import app, main

__all__ = ["app", "main"]
