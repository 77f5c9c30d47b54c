"""Named rules that every plan is held against.

Belongs here: pure checks, each a small function that states every breach in one exact sentence. Does not
belong here: making or mending a plan.
"""
