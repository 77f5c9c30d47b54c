"""The workout library on disk: YAML in, models out, and what can be said about its quality.

Belongs here: reading, validating, counting and describing library files. Does not belong here: the models
of a workout (see ``core.workout``), choosing or scaling one (see ``core``), tables (see ``storage``).
"""

from plan_pipeline.library.files import LibraryFile, load_library
from plan_pipeline.library.problems import LibraryError, Problem, Severity
from plan_pipeline.library.stats import LibraryStats, library_stats
from plan_pipeline.library.validation import LibraryReport, validate_library

__all__ = [
    "LibraryError",
    "LibraryFile",
    "LibraryReport",
    "LibraryStats",
    "Problem",
    "Severity",
    "library_stats",
    "load_library",
    "validate_library",
]
