"""What runs say: metadata of cells, log lines, alerts.

Belongs here: turning results into what operators read. Does not belong here: computing any of it.
"""
