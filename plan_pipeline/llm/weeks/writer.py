"""The workouts of every week by a model: handed in week by week, checked as library workouts are, and as a plan."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.week_duration import adjust_week
from plan_pipeline.core.final_plan import Stamp, plan_week
from plan_pipeline.core.model.plan import Overview, OverviewWeek, PlanWeek, ValidatedWeek, WrittenWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline.core.rules.rule import check_plan
from plan_pipeline.core.selection.written_weeks import written_selection
from plan_pipeline.core.validation.week_validation import check_week, failure_message
from plan_pipeline.llm.asking import Answered, Reply, Told, ToolCall, ToolResult, ToolResults
from plan_pipeline.llm.conversation import USE_RULES, Problems, Wrong, ask, problem_list
from plan_pipeline.llm.desk import Desk
from plan_pipeline.llm.leaks import repeats_instructions
from plan_pipeline.llm.reading import read_object
from plan_pipeline.llm.request_prompt import typed_by_athlete
from plan_pipeline.llm.weeks.drafts import ADD_WEEK, FINALIZE, AddWeek
from plan_pipeline.llm.weeks.forms import WEEK_FORMS
from plan_pipeline.llm.weeks.prompts import weeks_instructions, weeks_question

log = logging.getLogger(__name__)

ON_TRIAL: Final = Stamp(generation_id="trial", generated_at=dt.datetime.fromtimestamp(0, dt.UTC), code_version="")
"""Marks what is made to see whether an answer leads to a plan; it is never kept."""

_OTHER_TURNS: Final = 2
"""Answers that neither hand in a week nor end the plan, for which there is room beside the others."""


def write_weeks(
    desk: Desk,
    attempts: int,
    request: PlanRequest,
    overview: Overview,
    made: PlanResult,
    library: Library,
    config: PlanningConfig,
) -> Overview:
    """The overview with workouts that the model wrote for each of its weeks.

    ``made`` is the plan of library workouts for the same overview, which passes every rule: a week is judged in its
    place in it, so that what it breaks is its own. Raises ``OverviewError`` where a week is not right after
    ``attempts``, or the plan as a whole.
    """
    hand_in = _HandIn(request, overview, made, library, config, attempts)
    question = weeks_question(request, overview, library, config)
    most_turns = attempts * (len(overview.weeks) + 1) + _OTHER_TURNS
    for turn in range(1, most_turns + 1):
        answer = ask(desk, question, turn)
        outcome = hand_in.take(answer.reply)
        desk.settle(answer, problems=outcome.problems)
        if hand_in.is_final:
            log.info("%s wrote the weeks of %s in %d answers", answer.reply.model, request.plan_id, turn)
            return hand_in.overview
        if hand_in.given_up:
            break
        question = question.followed_by(Answered(content=answer.reply.content), outcome.turn)
    problems = hand_in.given_up or (f"after {most_turns} answers the plan was not finalized",)
    raise OverviewError(
        f"{desk.provider.model} wrote no sound weeks of {request.plan_id}: week by week each may be handed in "
        f"{attempts} times. Wrong at last:\n{problem_list(problems)}\n"
        f"Try again with a renewed overview, use options.workouts: library, {USE_RULES}",
        (problems,),
    )


@dataclass(frozen=True)
class _Outcome:
    """What came of an answer: how many problems it had, and what the model is told."""

    problems: int
    turn: Told | ToolResults


@dataclass
class _HandIn:
    """The weeks that were handed in and accepted so far."""

    request: PlanRequest
    outline: Overview
    made: PlanResult
    library: Library
    config: PlanningConfig
    attempts: int
    accepted: dict[int, WrittenWeek] = field(default_factory=dict)
    weeks: dict[int, PlanWeek] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    is_final: bool = False
    given_up: Problems = ()

    @property
    def overview(self) -> Overview:
        """The overview with the weeks that were accepted."""
        written = tuple(self.accepted[number] for number in sorted(self.accepted))
        return self.outline.model_copy(update={"written": written})

    def take(self, reply: Reply) -> _Outcome:
        """Judge all calls of an answer, in their order."""
        if not reply.tool_calls:
            return _Outcome(1, Told(text=f"Nothing was handed in. Call {ADD_WEEK}, or {FINALIZE} after the last week."))
        results: list[ToolResult] = []
        problems = 0
        for call in reply.tool_calls:
            found = self._judged(call)
            problems += len(found)
            text = problem_list(found) if len(found) > 1 else "".join(found)
            results.append(
                ToolResult(call_id=call.call_id, name=call.name, text=text or self._done(), is_error=bool(found))
            )
        return _Outcome(problems, ToolResults(results=tuple(results)))

    def _done(self) -> str:
        left = self._missing()
        return f"Accepted. Still to come: {', '.join(map(str, left))}." if left else f"Accepted. Call {FINALIZE} now."

    def _missing(self) -> list[int]:
        wanted = (week.week_number for week in self.outline.weeks if week.trained)
        return [number for number in wanted if number not in self.accepted]

    def _judged(self, call: ToolCall) -> Problems:
        if call.name == FINALIZE:
            problems = tuple(self._whole_plan())
            self.is_final = not problems
            return self._counted(FINALIZE, problems)
        if call.name != ADD_WEEK:
            return (f"There is no tool {call.name!r}; call {ADD_WEEK} or {FINALIZE}.",)
        given = read_object(WEEK_FORMS[self.request.sport].add_week, call.arguments)
        if isinstance(given, Wrong):
            return self._counted(f"week {_number_in(call.arguments)}", given.problems)
        if not 1 <= given.week_number <= len(self.outline.weeks):
            return (f"There is no week {given.week_number}; the plan has weeks 1 to {len(self.outline.weeks)}.",)
        return self._counted(f"week {given.week_number}", tuple(self._week(given)))

    def _counted(self, what: str, problems: Problems) -> Problems:
        """The problems, after counting how often this was wrong."""
        self.refused[what] += bool(problems)
        if self.refused[what] >= self.attempts and problems:
            self.given_up = problems
        return problems

    def _week(self, given: AddWeek) -> Iterator[str]:
        """Everything that is wrong with a week; it is accepted where nothing is."""
        week = self.outline.week(given.week_number)
        runner = None if self.request.athlete_profile.ftp is not None else self.request.athlete_profile.runner
        workouts = tuple(each.workout(runner) for each in given.workouts)
        written = WrittenWeek(week_number=given.week_number, workouts=workouts)
        duration = adjust_week(self.request, week, written_selection(week, written), self.library, self.config)
        validated = check_week(self.request, week, duration, self.config)
        problems = [*self._misplaced(week, written), *self._untold(given)]
        if not problems:
            problems = list(self._broken(week, validated))
        if not validated.validation.passed:
            problems.append(failure_message(validated))
        if not problems:
            self.accepted[given.week_number] = written
            self.weeks[given.week_number] = plan_week(self.request, week, validated)
        yield from problems

    def _misplaced(self, week: OverviewWeek, written: WrittenWeek) -> Iterator[str]:
        """Days without their workout or with two, and workouts of another type than their day's or too long for it."""
        number = week.week_number
        listed = Counter(workout.weekday for workout in written.workouts)
        for day in week.trained:
            if (count := listed[day.weekday]) != 1:
                yield f"Week {number}: {day.weekday} has {count} workouts; give it one of type {day.workout_type}."
        for workout in written.workouts:
            asked = week.training_days[workout.weekday.position].workout_type
            if asked not in (WorkoutType.REST, workout.type):
                yield f"Week {number}: {workout.weekday} is for {asked}, not {workout.type}."
            cap = self.request.athlete_profile.training_availability.cap_min(workout.weekday)
            if asked is not WorkoutType.REST and workout.duration_min > cap:
                yield f"Week {number}: {workout.weekday} has {workout.duration_min:g} min; its cap is {cap}."

    def _untold(self, given: AddWeek) -> Iterator[str]:
        """Workouts whose words give away what the model was told."""
        instructions, typed = weeks_instructions(self.library, self.config), typed_by_athlete(self.request)
        for draft in given.workouts:
            text = " ".join([draft.name, draft.description])
            if repeats_instructions(text, instructions, typed):
                yield f"Week {given.week_number}: {draft.weekday} repeats these instructions; describe the workout."

    def _broken(self, week: OverviewWeek, validated: ValidatedWeek) -> Iterator[str]:
        """The rules that the plan breaks with this week in its place."""
        if self.made.plan is None:
            return
        number = week.week_number
        weeks = {each.week_number: each for each in self.made.plan.training_plan.weekly_plan} | self.weeks
        weeks[number] = plan_week(self.request, week, validated)
        for result in check_plan(self.request, tuple(weeks[each] for each in sorted(weeks)), self.config):
            if result.rejects and (number in result.weeks or not result.weeks):
                yield result.statement

    def _whole_plan(self) -> Iterator[str]:
        """What is wrong with the plan of all weeks."""
        if missing := self._missing():
            yield f"Weeks {', '.join(map(str, missing))} are not accepted yet; hand them in with {ADD_WEEK}."
            return
        for week in self.outline.weeks:  # weeks of rest have nothing to hand in
            self.accepted.setdefault(week.week_number, WrittenWeek(week_number=week.week_number, workouts=()))
        result = generate_plan(self.request, self.library, self.config, stamp=ON_TRIAL, overview=self.overview)
        yield from result.verdict.reasons


def _number_in(arguments: object) -> object:
    """The week that a call was about, as far as that can be told."""
    return arguments.get("week_number") if isinstance(arguments, dict) else None
