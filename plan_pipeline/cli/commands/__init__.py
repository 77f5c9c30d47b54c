"""The commands, one module each.

Belongs here: arguments and options, calling one function, showing what it returned. Does not belong here: the work
itself, or anything that another command shows as well (see ``cli``). What is not in the standard library or Typer is
imported when a command runs, so that ``--help`` answers at once.
"""
