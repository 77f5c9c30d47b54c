"""How long a session of a type usually is, and how far that may be stretched; the configuration has the numbers."""

from typing import NamedTuple


class DurationProfile(NamedTuple):
    """Minutes of an ordinary session: the least, the natural and the most. Weeks of ordinary volume stay within it."""

    shortest: int
    target: int
    longest: int
