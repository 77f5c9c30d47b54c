"""What formats have in common where a session is a run: ranges of speed, distances, steps by effort, and words.

Belongs here: speeds as % of threshold and back, the steps that readers make, how roles and distances are written. Does
not belong here: what one format looks like, which is beside it.
"""
