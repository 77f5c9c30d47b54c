"""Rows for analysts as Parquet files, one a run and table, appended and never edited.

Belongs here: the schema of facts, writing, merging and migrating them. Does not belong here: the DuckDB file.
"""
