"""The second stage: which library workout each training day gets.

Belongs here: scoring and choosing. Does not belong here: lengths a workout can have (see ``core.duration``).
"""
