"""Requests come in through the inbox and the launchpad.

Belongs here: the jobs that ingest requests and the sensor that launches them. Does not belong here: request files.
"""
