"""The fourth stage: whether a week keeps to its hours, load and days, and the auto-fix for one that is too long.

Belongs here: judging one week. Does not belong here: judging a plan as a whole (see ``core.rules``).
"""
