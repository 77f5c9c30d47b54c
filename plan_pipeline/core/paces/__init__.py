"""What a runner can run: VDOT and threshold speed from races and tests, and the paces, times and days that follow.

Belongs here: formulas over distances, times, speeds, grades and weather, and the words they are written in. Does not
belong here: plans, workouts, files, and what day it is today, which is an argument. Speeds are metres per second,
distances metres, times seconds, unless a name says otherwise.
"""
