"""What a plan is for: a request held against the planning configuration.

Belongs here: which goal, event type and level hold for a request, what its words are read as, and what follows for the
plan as numbers: minutes in bands, the long ride's target. Does not belong here: laying out weeks (``overview``).
"""
