"""Experiments: which arm a plan is made with, and whether one arm is better than another.

Belongs here: reading definitions, taking measures from the warehouse, the analysis and its reports. Does not
belong here: what an experiment is and how arms are assigned (see ``core.experiment``), running one (see
``orchestration``).
"""
