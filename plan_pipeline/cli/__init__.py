"""The command line: `plan-pipeline …`.

Belongs here: reading arguments, calling one function, showing what it gave. Does not belong here: any of
the work itself. Commands import what they need when they run, so that `--help` answers at once.
"""

from plan_pipeline.cli.app import app, main

__all__ = ["app", "main"]
