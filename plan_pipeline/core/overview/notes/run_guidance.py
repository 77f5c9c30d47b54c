"""What to watch in a running plan, with the numbers at which to act."""

from collections.abc import Iterator, Sequence
from typing import Final

from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.overview.notes.run_paces import units_of
from plan_pipeline.core.overview.notes.words import load_weeks
from plan_pipeline.core.paces.text import pace_text
from plan_pipeline.core.paces.training import training_paces
from plan_pipeline.core.purpose.purpose import Purpose

EASY_HR_SHARE: Final = 0.79
"""The most of maximal heart rate that easy running takes (Daniels: 65 to 79 %)."""

DAYS: Final = 7
A_TENTH_PCT: Final = 10


def run_guidance(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> Iterator[str]:
    """What to watch, point by point."""
    athlete, load = purpose.request.athlete_profile, load_weeks(weeks)
    yield _weekly_load(purpose, load)
    yield _longest_run(purpose)
    yield from _paces(athlete)
    yield from _health()
    yield (
        f"- Progress: hold the threshold pace of {pace_text(athlete.runner.threshold_speed, units_of(athlete))} until "
        "a race or a test shows a better one, at the earliest after a month; feeling good in one workout is no reason."
    )
    if athlete.max_hr:
        beats = round(athlete.max_hr * EASY_HR_SHARE)
        yield (
            f"- Heart rate: easy runs stay below about {beats} beats a minute ({100 * EASY_HR_SHARE:.0f} % of your "
            "maximum); it drifts upwards late in long runs and in heat, and then feel counts for more."
        )
    if athlete.start_ctl is not None:
        first = load[0].target_tss / DAYS
        yield (
            f"- Start: you begin at CTL {athlete.start_ctl:.0f}; the first week asks for {first:.0f} TSS a day on "
            "average. Both have to be from running alone."
        )


def _paces(athlete: AthleteProfile) -> Iterator[str]:
    easy = training_paces(athlete.runner.vdot)[0]
    yield (
        "- Easy runs: you can talk in full sentences. If you cannot, slow down or walk, whatever the watch says; "
        f"faster than {pace_text(easy.fast_m_s, units_of(athlete))} is not easy today."
    )
    yield (
        "- Pace: it holds for flat ground and cool weather. Go by effort on hills, on trails, into wind and in heat, "
        "and end the set when two repeats in a row are slower than the range or your form goes; the work up to there "
        "is what trains, not the count."
    )


def _health() -> Iterator[str]:
    yield (
        "- Niggles: pain that changes how you run, is at one point on a bone, or is worse from day to day ends the "
        "run. Rest or cross-train until you can walk and hop without it, and see somebody who knows when that takes "
        "longer than a week."
    )
    yield (
        "- Recovery: a resting heart rate 7 or more beats above normal, or two bad nights in a row, turns the next "
        "hard day into an easy one."
    )
    yield (
        "- Illness: with a fever or anything below the neck do not run. Afterwards run easily for as many days as you "
        "were ill before the next hard one, and take the long run from where it was a week earlier."
    )


def _weekly_load(purpose: Purpose, load: Sequence[OverviewWeek]) -> str:
    peak_tss = max(week.target_tss for week in load)
    most, over = (purpose.config.rule_number("weekly-ramp", name) for name in ("at_most_pct", "over_weeks"))
    return (
        f"- Weekly load: planned TSS peaks at {peak_tss:.0f} (about {peak_tss / DAYS:.0f} a day), counted from pace, "
        f"so it does not compare with that of other sports. A week that is a new high stays within {most:g} % of the "
        f"fullest of the {over:g} before it, and never comes together with a hard session of a new kind."
    )


def _longest_run(purpose: Purpose) -> str:
    more = purpose.config.rule_number("single-run-spike", "at_most_pct")
    than = "a tenth" if more == A_TENTH_PCT else f"{more:g} %"
    return (
        f"- Longest run: no single run is more than {than} longer than the longest of the last month, the race itself "
        "aside. One run that is far too long does more harm than a week that is a little too full (Frandsen 2025), so "
        "do not add to a good day."
    )
