"""ZWO, the workout files of Zwift: written for it, and read as they are found.

Belongs here: XML of workouts, and what has to be repaired in it. Does not belong here: what all formats share.
"""
