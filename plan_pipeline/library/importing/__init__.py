"""Library workouts of structures that somebody else wrote: what the structure does not say is inferred from it.

Belongs here: type, phases, level and ranges of a workout by its steps. Does not belong here: reading files (see
``formats`` and ``services``), the rules that a library workout has to keep (see ``library.validation``).
"""
