"""Workout libraries as an installation uses them: migrated from old ones, activated, rolled back, found.

Belongs here: what reads and writes folders of libraries. Does not belong here: what a library holds (``library``).
"""
