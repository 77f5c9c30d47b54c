"""The standard plans of running: a fixed set, made for reference runners and reviewed as text.

Belongs here: which there are, the request of each, and the page of text. Does not belong here: who the reference
runners are (``config/running/standard_plans.yaml``), or storing and running anything.
"""
