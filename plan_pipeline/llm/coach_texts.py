"""Coach texts by a model: one question for a whole plan, every problem sent back at once, templates for the rest.

Only previews and purposes come from here; no number of a plan and no other field is touched.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from plan_pipeline.core.coach_texts.texts import WrittenTexts, key_places, with_texts
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.core.model.plan import Plan, PlanWeek
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.written import WholeNumber
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.paces.text import Units, pace_text, time_text
from plan_pipeline.core.prose.contradictions import contradictions
from plan_pipeline.core.prose.facts import facts_of_plan
from plan_pipeline.llm.asking import Question, Reply, Told
from plan_pipeline.llm.conversation import Conversation, Wrong
from plan_pipeline.llm.desk import ModelDesk
from plan_pipeline.llm.leaks import repeats_instructions
from plan_pipeline.llm.prompting import ATHLETE_TEXT, marked, of_sport, prompt, prompt_version
from plan_pipeline.llm.reading import read_text
from plan_pipeline.llm.texts import WordRange, text_problem

log = logging.getLogger(__name__)

PROMPT: Final = "coach_texts"
PREVIEW_WORDS: Final = WordRange(25, 90)
LONGEST_ECHO: Final = 8
"""So many words of so short a prompt in a row are no accident."""

PURPOSE_WORDS: Final = WordRange(4, 45)

_MARKUP = re.compile(r"https?://|www\.|<[a-z/!]|\]\(|\*\*|^#|`", re.IGNORECASE | re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])")
_OTHER_SCRIPT: Final = 0x250
"""Letters from here on belong to no text in English; names with accents lie below."""


class PurposeDraft(Frozen):
    """What a key workout is for."""

    workout: str = Field(description="The workout's key as the plan lists it, such as w3-2.")
    purpose: str = Field(description="Exactly one sentence.")


class WeekDraft(Frozen):
    """The texts of a week."""

    week_number: WholeNumber
    preview: str
    purposes: tuple[PurposeDraft, ...] = ()


class TextsDraft(Frozen):
    """The texts of a plan as a model hands them in."""

    weeks: tuple[WeekDraft, ...] = Field(min_length=1)


@dataclass(frozen=True)
class CoachTextWriter:
    """Has a model write the texts of plans; ``attempts`` is how many answers are taken for one plan."""

    desk: ModelDesk
    attempts: int

    def write(self, plan: Plan) -> Plan:
        """The plan with the model's texts, those that are right; without an answer the plan as it is.

        Of the last answer what nothing is wrong with is kept, and templates stand for the rest. A plan is no worse
        for a model that cannot be reached, so calls that failed and budgets that are spent raise nothing here; they
        are in the record of calls, and the log says so.
        """
        kept: list[WrittenTexts] = []

        def read(reply: Reply) -> WrittenTexts | Wrong:
            texts, problems = read_texts(plan, reply)
            kept[:] = [texts] if texts is not None else kept
            return Wrong(problems) if problems or texts is None else texts

        try:
            Conversation(self.desk, self.attempts).until_right(question_of(plan), read, "coach texts")
        except OverviewError as error:
            log.warning("templates stand for coach texts of %s: %s", plan.training_plan.plan_id, error)
        return with_texts(plan, kept[0]) if kept else plan


def question_of(plan: Plan) -> Question:
    """What is asked for a plan; the system prompt is the same for all."""
    return Question(
        purpose=CallPurpose.COACH_TEXTS,
        plan_id=plan.training_plan.plan_id,
        system=system_prompt(plan.training_plan.sport),
        turns=(Told(text=_context(plan)),),
        answer_schema=TextsDraft.model_json_schema(),
        prompt_version=prompt_version(of_sport(PROMPT, plan.training_plan.sport)),
        config_version=plan.generation.config_version or "",
    )


def system_prompt(sport: Sport = Sport.CYCLING) -> str:
    """The task, the same for every plan of a sport."""
    return prompt(of_sport(PROMPT, sport), tag=ATHLETE_TEXT, preview_words=PREVIEW_WORDS)


def read_texts(plan: Plan, reply: Reply) -> tuple[WrittenTexts | None, tuple[str, ...]]:
    """The texts of an answer that are right, and everything that is wrong with the others.

    There are no texts where the answer is none of the asked form.
    """
    draft = read_text(TextsDraft, reply.text)
    if isinstance(draft, Wrong):
        return None, draft.problems
    previews: dict[int, str] = {}
    purposes: dict[tuple[int, int], str] = {}
    problems: list[str] = []
    by_number = {week.week_number: week for week in draft.weeks}
    for week in plan.training_plan.weekly_plan:
        written = by_number.get(week.week_number)
        if written is None:
            problems.append(f"Week {week.week_number}: is missing; write its preview and the purposes of its workouts")
            continue
        for place, text in (("preview", written.preview), *_purposes(week, written)):
            key = f"Week {week.week_number}, {place}"
            wrong = [f"{key}: {problem}" for problem in _problems(plan, week, text, is_preview=place == "preview")]
            problems += wrong
            if not wrong and place == "preview":
                previews[week.week_number] = text
            elif not wrong:
                purposes[week.week_number, int(place.partition("-")[2]) - 1] = text
    return WrittenTexts(previews=previews, purposes=purposes), tuple(problems)


def _purposes(week: PlanWeek, written: WeekDraft) -> Iterator[tuple[str, str]]:
    """The purposes of the key workouts, empty where one is missing; those of other workouts are left out."""
    said: Mapping[str, str] = {each.workout: each.purpose for each in written.purposes}
    for place in key_places(week):
        yield _key(week, place), said.get(_key(week, place), "")


def _key(week: PlanWeek, place: int) -> str:
    return f"w{week.week_number}-{place + 1}"


def _problems(plan: Plan, week: PlanWeek, text: str, *, is_preview: bool) -> Iterator[str]:
    if problem := text_problem(text, PREVIEW_WORDS if is_preview else PURPOSE_WORDS):
        yield problem
        return
    if not is_preview and ("\n" in text.strip() or _SENTENCE_END.search(text)):
        yield "is more than one sentence; write one"
    if _MARKUP.search(text):
        yield "has markup or a link; write plain text"
    if any(ord(letter) >= _OTHER_SCRIPT and letter.isalpha() for letter in text):
        yield "is not in English; write plain English"
    if ATHLETE_TEXT in text or repeats_instructions(text, system_prompt(plan.training_plan.sport), words=LONGEST_ECHO):
        yield "repeats the instructions; write about the week"
    yield from contradictions(text, facts_of_plan(plan, week.week_number))


# --- what the model is told ------------------------------------------------------------------------------------


def _context(plan: Plan) -> str:
    body = plan.training_plan
    athlete, meta = body.athlete_profile, body.plan_metadata
    about = [
        f"Level: {athlete.experience_level}",
        *_today(plan),
        f"{meta.total_weeks} weeks" + (f" from Monday {meta.start_date}" if meta.start_date else ""),
    ]
    events = (meta.event, *meta.events)
    about += [f"Event of priority {e.priority} on {e.weekday} {e.date}" for e in events if e is not None]
    about += [f"Off from {off.first_day} to {off.last_day}" for off in meta.time_off]
    weeks = "\n\n".join("\n".join(_week(week)) for week in body.weekly_plan)
    listed = "\n".join(f"- {line}" for line in about)
    return f"# The plan\n{listed}\n\n# The weeks\n{weeks}\n\n{marked(_typed(plan))}"


def _today(plan: Plan) -> Iterator[str]:
    """What the athlete can do today, and is to come to."""
    athlete, meta = plan.training_plan.athlete_profile, plan.training_plan.plan_metadata
    if athlete.ftp is not None:
        yield f"FTP: {athlete.ftp:g} W today, {meta.target_ftp:g} W is the goal"
        return
    units = athlete.units or Units.KM
    yield f"Threshold pace: {pace_text(athlete.runner.threshold_speed, units)} today"
    if meta.event is not None and meta.event.goal_time is not None:
        yield f"Goal: {time_text(meta.event.goal_time)}"


def _week(week: PlanWeek) -> Iterator[str]:
    verdict = week.validation
    kind = f"{week.week_type} week, {week.phase}"
    km = sum(workout.distance_km or 0 for workout in week.workouts if not workout.optional)
    volume = f"{verdict.actual_hours:.2f} h{f', {km:.1f} km' if km else ''}"
    yield f"Week {week.week_number} ({kind}): {volume}, {verdict.actual_tss:.0f} TSS"
    keys = key_places(week)
    for place, workout in enumerate(week.workouts):
        key = f" [{_key(week, place)}]" if place in keys else ""
        steps = f": {', '.join(workout_notation(workout.segments))}" if key else ""
        distance = f", {workout.distance_km:.1f} km" if workout.distance_km is not None else ""
        length = f"{workout.duration_min:g} min{distance}"
        yield f"- {workout.weekday}{key} {workout.name}, {workout.type}, {length}{steps}"


def _typed(plan: Plan) -> dict[str, object]:
    """What the athlete typed."""
    body = plan.training_plan
    meta = body.plan_metadata
    events = [event.name for event in (meta.event, *meta.events) if event is not None]
    reasons = [off.reason for off in meta.time_off if off.reason]
    return {"goals": list(body.athlete_profile.goals), "events": events, "time_off": reasons}
