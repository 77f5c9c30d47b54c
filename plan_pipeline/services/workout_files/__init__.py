"""Workout files of other programs: folders of them read into the library, or as a plan, and those kept of plans.

Belongs here: finding, reading and keeping the files, and what is made of all of them together. Does not belong here:
what a format looks like (see ``formats``), what a workout of the library is (see ``library``).
"""
