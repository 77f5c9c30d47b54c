"""From wanted minutes to workouts of that length: distribute, scale, refine.

Belongs here: everything that decides or changes how long a session is. Does not belong here: which workout
a day gets (see ``selection``).
"""
