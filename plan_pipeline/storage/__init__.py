"""Everything that is kept: requests, plans with their working artefacts, facts, and the warehouse.

Belongs here: files and tables, how they are written so that readers only ever see whole ones, and how they
are read back. Does not belong here: what a plan is (see ``core``) or when it is made (see ``orchestration``).
"""
