"""What a session really is, measured from its segments: minutes by intensity, W′ balance, efforts, hardness.

Belongs here: measures of one session or of a few days, and what they mean by given limits. Does not belong here: the
limits themselves (``core.config``, read from ``config/``), plans, and the rules that judge them.
"""
