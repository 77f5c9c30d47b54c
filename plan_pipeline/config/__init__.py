"""The planning configuration: YAML files to models, a version, and what is wrong with them.

Belongs here: reading ``config/<sport>/…`` and ``feature_flags.yaml``, problems with file, line and field, the JSON
Schema, the difference of two configurations. Does not belong here: what the knowledge means (``core``).
"""

from plan_pipeline.config.files import config_version, load_config, load_configs, validate_config
from plan_pipeline.config.problems import ConfigError
from plan_pipeline.config.reading import sports_of

__all__ = ["ConfigError", "config_version", "load_config", "load_configs", "sports_of", "validate_config"]
