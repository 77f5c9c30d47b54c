"""Plans put on dates: making, moving and cancelling instances, and reading a plan as one of them.

Belongs here: what a user can ask of instances, and that facts and lengths follow. Does not belong here: how a plan
moves to other dates (see ``core.on_dates``), retiring a plan that has instances (see ``retirement``).
"""
