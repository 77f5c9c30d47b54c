"""What a finished week holds: minutes in bands and zones, kilometres and load, as columns of ``plan_weeks``."""
