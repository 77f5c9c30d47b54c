"""The DuckDB file that analysts open, built from the facts and queried read-only.

Belongs here: what is in the file, how it is replaced, and reading it. Does not belong here: fact files.
"""
