"""Plans as they are published: days of a few words each, read into the form of plan.json."""
