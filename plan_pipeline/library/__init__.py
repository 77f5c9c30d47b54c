"""The workout library on disk: YAML in, models out, and what can be said about its quality.

Belongs here: reading, validating, counting and describing library files. Does not belong here: the models
of a workout (see ``core.workout``), choosing or scaling one (see ``core``), tables (see ``storage``).
"""

from plan_pipeline.library.files import folder_version, load_library, sports_of
from plan_pipeline.library.problems import LibraryError
from plan_pipeline.library.stats import LibraryStats, library_stats
from plan_pipeline.library.validation import validate_library

__all__ = [
    "LibraryError",
    "LibraryStats",
    "folder_version",
    "library_stats",
    "load_library",
    "sports_of",
    "validate_library",
]
