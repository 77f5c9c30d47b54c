"""The planning engine: pure, typed functions from a request and a library to a plan.

Belongs here: everything a coach would call planning. Does not belong here: files, clocks, databases,
Dagster, or any client. What needs one of those takes its result as an argument.
"""
