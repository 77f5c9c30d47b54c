"""Words that pages share."""

from plan_pipeline.core.plan_comparison import in_words


def goal_in_words(goal: str) -> str:
    """An id as a label: ``Raise FTP``."""
    words = in_words(goal)
    return words[:1].upper() + words[1:]
