"""Libraries of schema 1.x, as JSON, turned into the current library, with a report on every workout.

Belongs here: reading what is old, the rules by which missing fields are filled in, and the report. Does not belong
here: files and folders, which ``services.libraries`` writes, and what makes a library of today good (see
``library.validation``).
"""
