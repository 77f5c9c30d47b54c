"""What a workout from elsewhere does not say, told from its content, whether it is migrated or imported.

Belongs here: rules from the parts of a workout to its type, phases, days, level, and what may change of it. Does not
belong here: what a legacy library or a file says itself (``library.migration``, ``library.importing``).
"""
