"""Everything that builds on Dagster's private modules, each with the reason why.

Belongs here: event logs, launchers, the daemon, and repairs of what Dagster loses. Does not belong here: anything
that a public module of Dagster can do; no other package imports a private one.
"""
