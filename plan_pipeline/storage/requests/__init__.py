"""Requests on their way to their plans: files in the inbox, and batches that wait for a run.

Belongs here: what makes taking a request in happen once, wherever a process is killed. Does not belong here: plans.
"""
