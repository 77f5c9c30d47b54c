"""The first stage: what each week of a plan is for, how much it holds, and on which days.

Belongs here: writing an overview by rules, who else may write one, and whether one is sound. Does not belong here:
workouts.
"""
