"""Named rules that a plan is held against, whoever wrote it.

Belongs here: pure checks, each a small function that states every breach in one exact sentence. Does not
belong here: making or mending a plan.
"""
