"""Numbers that more than one part of the core holds to, each stated once.

The planner keeps to them, the rules and validation ask for them, and the prompts for models quote them.
"""

from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import ExperienceLevel

# --- sessions and days -----------------------------------------------------------------------------------

GRID_MIN = 5
"""Finished workouts last a multiple of this many minutes where they can."""


def up_to_grid(minutes: float) -> int:
    """The next length on the grid that is no shorter."""
    return -int(-minutes // GRID_MIN) * GRID_MIN


EXACT_MIN = GRID_MIN / 2
"""Nearer than this no step on the grid can bring a week's total."""

TOLERANCE = 0.05
"""A week's hours are met within this share of them."""

SHORTEST_SESSION_MIN = 30
"""A day capped below this holds no session, minutes: the library's workouts begin at half an hour."""

# --- what training can bring ------------------------------------------------------------------------------


class FtpGain(NamedTuple):
    """The most that threshold or aerobic power has grown in a trial: % a week, and % in all however long it lasts."""

    pct_a_week: float
    most_pct: float
    source: str

    def pct_in(self, weeks: int) -> float:
        """% in so many weeks."""
        return min(self.pct_a_week * weeks, self.most_pct)


FTP_GAINS = {
    ExperienceLevel.BEGINNER: FtpGain(4.4, 44, "Hickson 1977, PMID 838658: 44 % in 10 weeks, untrained"),
    ExperienceLevel.INTERMEDIATE: FtpGain(
        1.63, 11.4, "Seiler 2013, PMID 21812820: 11.4 % in 7 weeks, recreational cyclists"
    ),
    ExperienceLevel.ADVANCED: FtpGain(
        1.55,
        8,
        "Laursen 2002, PMID 12439086: 6.2 % in 4 weeks, highly trained; Almquist 2022, doi 10.3389/fphys.2022.837634: "
        "8 % in 12",
    ),
}
"""Means of the groups that gained most, with trainers and laboratories: an upper bound for what a plan can promise.
Hickson measured VO2max, Seiler that and power at 4 mmol lactate, Laursen peak power, Almquist power over 40 minutes."""

FASTEST_FTP_GAIN = max(FTP_GAINS.values())

# --- stated and delivered --------------------------------------------------------------------------------

STATED_MIN_TOLERANCE = 0.05
STATED_HOURS_TOLERANCE = 0.006
STATED_TSS_TOLERANCE = 0.1
"""How far a stated number may be from what its segments add up to: its own rounding, and nothing else. Minutes are
stated as they are, weekly hours to two decimals, TSS to one."""
