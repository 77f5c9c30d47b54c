"""Coach texts by a model: one question for a whole plan, every problem sent back at once, templates for the rest.

Only previews and purposes come from here; no number of a plan and no other field is touched.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import Field, ValidationError

from plan_pipeline.core.coach_texts.texts import WrittenTexts, key_places, with_texts
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.core.model.plan import Plan, PlanWeek
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.prose.contradictions import contradictions
from plan_pipeline.core.prose.facts import facts_of_plan
from plan_pipeline.llm.asking import Answered, CallFailedError, Question, Reply, Told
from plan_pipeline.llm.desk import BudgetError, ModelDesk
from plan_pipeline.llm.texts import WordRange, text_problem
from plan_pipeline.strict_input.validation_messages import describe

PROMPT_FILE: Final = "coach_texts.md"
PREVIEW_WORDS: Final = WordRange(25, 90)
PURPOSE_WORDS: Final = WordRange(4, 45)
LONGEST_ECHO: Final = 8
"""So many words of the prompt in a row are no accident."""

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

    week_number: int
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
        are in the record of calls.
        """
        question = question_of(plan)
        found: WrittenTexts | None = None
        for attempt in range(1, self.attempts + 1):
            try:
                answer = self.desk.ask(question, attempt)
            except (CallFailedError, BudgetError):
                break
            texts, problems = read_texts(plan, answer.reply)
            found = texts or found
            self.desk.settle(answer, len(problems))
            if not problems:
                break
            listed = "\n".join(f"- {problem}" for problem in problems)
            told = f"These texts are not right yet:\n{listed}\nCorrect this and hand in all texts again."
            question = question.followed_by(Answered(content=answer.reply.content), Told(text=told))
        return plan if found is None else with_texts(plan, found)


def question_of(plan: Plan) -> Question:
    """What is asked for a plan; the system prompt is the same for all."""
    return Question(
        purpose=CallPurpose.COACH_TEXTS,
        plan_id=plan.training_plan.plan_id,
        system=system_prompt(),
        turns=(Told(text=_context(plan)),),
        answer_schema=TextsDraft.model_json_schema(),
        prompt_version=prompt_version(),
        config_version=plan.generation.config_version or "",
    )


@cache
def _prompt() -> str:
    return files("plan_pipeline.llm").joinpath("prompt_files", PROMPT_FILE).read_text(encoding="utf-8")


def system_prompt() -> str:
    """The task, the same for every plan."""
    return _prompt().replace("{preview_words}", str(PREVIEW_WORDS)).strip()


def prompt_version() -> str:
    """The hash of the prompt file, 12 hexadecimal digits."""
    return hashlib.sha256(_prompt().encode()).hexdigest()[:12]


def read_texts(plan: Plan, reply: Reply) -> tuple[WrittenTexts | None, tuple[str, ...]]:
    """The texts of an answer that are right, and everything that is wrong with the others.

    There are no texts where the answer is none of the asked form.
    """
    try:
        draft = TextsDraft.model_validate_json(reply.text)
    except ValidationError as error:
        return None, tuple(describe(error, TextsDraft))
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
    if _echoes_prompt(text):
        yield "repeats the instructions; write about the week"
    yield from contradictions(text, facts_of_plan(plan, week.week_number))


def _echoes_prompt(text: str) -> bool:
    words = _words(text)
    runs = (words[start : start + LONGEST_ECHO] for start in range(len(words) - LONGEST_ECHO + 1))
    told = f" {' '.join(_words(system_prompt()))} "
    return "athlete_text" in text or any(f" {' '.join(run)} " in told for run in runs)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


# --- what the model is told ------------------------------------------------------------------------------------


def _context(plan: Plan) -> str:
    body = plan.training_plan
    athlete, meta = body.athlete_profile, body.plan_metadata
    about = [
        f"Level: {athlete.experience_level}",
        f"FTP: {athlete.ftp:g} W today, {meta.target_ftp:g} W is the goal",
        f"{meta.total_weeks} weeks" + (f" from Monday {meta.start_date}" if meta.start_date else ""),
    ]
    events = (meta.event, *meta.events)
    about += [f"Event of priority {e.priority} on {e.weekday} {e.date}" for e in events if e is not None]
    about += [f"Off from {off.first_day} to {off.last_day}" for off in meta.time_off]
    weeks = "\n\n".join("\n".join(_week(week)) for week in body.weekly_plan)
    listed = "\n".join(f"- {line}" for line in about)
    return f"# The plan\n{listed}\n\n# The weeks\n{weeks}\n\n<athlete_text>\n{_typed(plan)}\n</athlete_text>"


def _week(week: PlanWeek) -> Iterator[str]:
    verdict = week.validation
    kind = f"{week.week_type} week, {week.phase}"
    yield f"Week {week.week_number} ({kind}): {verdict.actual_hours:.2f} h, {verdict.actual_tss:.0f} TSS"
    keys = key_places(week)
    for place, workout in enumerate(week.workouts):
        key = f" [{_key(week, place)}]" if place in keys else ""
        steps = f": {', '.join(workout_notation(workout.segments))}" if key else ""
        yield f"- {workout.weekday}{key} {workout.name}, {workout.type}, {workout.duration_min:g} min{steps}"


def _typed(plan: Plan) -> str:
    """What the athlete typed, as JSON in which no tag can be opened or closed."""
    body = plan.training_plan
    meta = body.plan_metadata
    events = [event.name for event in (meta.event, *meta.events) if event is not None]
    reasons = [off.reason for off in meta.time_off if off.reason]
    typed = {"goals": list(body.athlete_profile.goals), "events": events, "time_off": reasons}
    return json.dumps(typed, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
