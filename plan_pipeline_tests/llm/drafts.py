"""Overviews as a model writes them: what the rules would plan, in words of a coach who leaves numbers out."""

from __future__ import annotations

from typing import Any

from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.llm.overview_draft import OverviewDraft
from plan_pipeline_tests.core.builders import real_config, real_library
from plan_pipeline_tests.core.running import running_config, running_library

NOTES = """\
You bring a steady base and clear hours, and this plan builds on both. The first block makes you at home in the
work: the hard days are few, the easy days are truly easy, and the long ride grows a little from week to week. Once
that sits, the work moves closer to what you train for. Each hard day has one purpose, and everything around it is
there so that you come to it fresh. If you can only do one thing well in a week, let it be the first hard day; if
you can do two, add the long ride.

Light weeks are part of the plan and not a break from it. Your body takes in then what the weeks before have asked
of it, so leave them light even when the legs feel good, because that is just what they are for. Towards the end the
work becomes more specific, and the volume falls so that you are rested when it counts.

Bad days come. When you are tired beyond the usual, ride easy or not at all, and go on with the next day as planned
instead of making up for what you have missed. After an illness, come back with easy riding before you touch the
hard work again. Eat enough on long days, drink before you are thirsty, and sleep as if it were training, because it
is. Trust the quiet weeks, stay patient in the first ones, and you will have something to give in the last."""

NOTES_ON_RUNNING = (
    NOTES.replace("long ride", "long run").replace("ride easy", "run easy").replace("easy riding", "easy running")
)

GUIDANCE = (
    "Watch how you sleep, how your legs feel at the start, and whether the hard days stay honest; ease off if not."
)


def draft_of(request: PlanRequest) -> dict[str, Any]:
    """What the rules would plan for a request, as a model writes it."""
    is_run = request.sport is Sport.RUNNING
    library, config = (running_library(), running_config()) if is_run else (real_library(), real_config())
    overview = plan_overview(request, library, config)
    assert isinstance(overview, Overview)
    draft = OverviewDraft.of(overview).model_dump(mode="json")
    weeks = [{**week, "focus": f"A {week['type']} week of the {week['phase']} phase"} for week in draft["weeks"]]
    return {"weeks": weeks, "coaching_notes": NOTES_ON_RUNNING if is_run else NOTES, "monitoring_guidance": GUIDANCE}
