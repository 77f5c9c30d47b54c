"""Many plans in one run, made in memory, and the same for experiments.

Belongs here: the bulk jobs, which plans they are for, and splitting them. Does not belong here: the stages as assets.
"""
