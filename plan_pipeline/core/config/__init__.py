"""What coaches know, as frozen models: goals, events, levels, rules, the week, and switches.

Belongs here: the shape of that knowledge, and what holds of it alone. Does not belong here: reading files
(``plan_pipeline.config``), planning with it, and any number: those are in ``config/``.
"""
