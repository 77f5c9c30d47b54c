"""The pipeline as Dagster runs it: partitions, assets, checks, jobs, and how they are launched.

Belongs here: everything that imports Dagster. Does not belong here: what a stage computes (see ``core``) and
how its results are kept (see ``storage``). Bodies are thin: load, one core call, store, metadata.
"""
