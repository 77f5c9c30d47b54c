"""Sentences of coach texts that say the same in every sport, each a pool from which texts take turns."""

from typing import Final

from plan_pipeline.core.model.vocabulary import Phase

TAPER: Final = (
    "Fitness stays while fatigue goes: trust that, and add nothing.",
    "You may feel flat or restless, and both are ordinary now.",
    "What you have trained is there; all that is left to gain is freshness.",
)
FIRST: Final = {
    Phase.BASE: "The base phase begins",
    Phase.BUILD: "The build phase begins",
    Phase.PEAK: "The peak phase begins",
    Phase.TAPER: "The taper begins",
}
TEST: Final = ("{day} brings a test, {name}.", "You are tested on {day}: {name}.")
WORK: Final = (
    "The work is {sessions}.",
    "{Sessions} set the tone.",
    "What counts is {sessions}.",
    "Your key sessions are {sessions}.",
    "Look out for {sessions}.",
)
WORK_ONE: Final = (
    "The work is {sessions}.",
    "Save yourself for {sessions}.",
    "What counts is {sessions}.",
    "Your key session is {sessions}.",
    "Be fresh for {sessions}.",
)
