"""The standard plans of running: made one by one.

Belongs here: what becomes of a standard plan that is made. Does not belong here: which there are, and the page of each
(``core``).
"""
