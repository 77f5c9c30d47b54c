"""A model that plans as the rules do, and breaks them in a share of its first answers: for servers that speak an API.

It knows its athletes by their FTP, so each is to have one of its own.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from plan_pipeline.core.model.plan import Overview, Plan, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WorkoutSource
from plan_pipeline.core.notation import written_parts
from plan_pipeline.core.overview.completion import completed
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.llm.overview_draft import OverviewDraft
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library
from plan_pipeline_tests.llm.drafts import draft_of
from plan_pipeline_tests.llm.messages_answers import Message, calls, gives, says

_FTP = re.compile(r"^- FTP: (\d+) W today", re.MULTILINE)
_LEFT = re.compile(r"Still to come: ([\d, ]+)\.")

Spoiled = Callable[[dict[str, Any]], Message]


def _spoil(**changes: Callable[[dict[str, Any]], Any]) -> Spoiled:
    return lambda draft: gives({**draft, **{name: change(draft) for name, change in changes.items()}})


SPOILED_OVERVIEWS: tuple[Spoiled, ...] = (
    _spoil(weeks=lambda draft: [{**week, "hours": 3 * week["hours"] + 10} for week in draft["weeks"]]),
    _spoil(weeks=lambda draft: [{**week, "days": ["threshold"] * 7} for week in draft["weeks"]]),
    _spoil(weeks=lambda draft: draft["weeks"][:-1]),
    _spoil(weeks=lambda draft: [{**week, "tss": 9 * week["tss"] + 100} for week in draft["weeks"]]),
    _spoil(weeks=lambda draft: [{**week, "days": week["days"][:6]} for week in draft["weeks"]]),
    _spoil(coaching_notes=lambda draft: "Go."),
    _spoil(coaching_notes=lambda draft: f"Your 52-week plan begins today. {draft['coaching_notes']}"),
    lambda draft: says("Here is the plan you asked for: ```json {"),
    lambda draft: gives({"plan": draft}),
    lambda draft: calls(("submit_weekly_overview", draft)),
)
"""Each breaks another rule of overviews, or of answers."""


def with_own_ftp(requests: Iterable[PlanRequest], first: int = 200, **options: Any) -> list[PlanRequest]:
    """The requests, each of an athlete whose FTP no other has, with other options."""
    changed = []
    for number, request in enumerate(requests):
        athlete = request.athlete_profile.model_copy(update={"ftp": float(first + number)})
        changed.append(
            request.model_copy(update={"athlete_profile": athlete, "target_ftp": None}).with_options(**options)
        )
    return changed


class Coach:
    """Answers for all ``requests``; a ``share`` of the first answers is spoiled, in ways that take turns.

    ``spoiled`` counts what was; ``stubborn`` are FTPs of athletes for whom every answer is.
    """

    def __init__(
        self, requests: Iterable[PlanRequest], *, share: float = 0.0, seed: int = 1, stubborn: Iterable[int] = ()
    ) -> None:
        self._requests = {round(request.athlete_profile.ftp): request for request in requests}
        self._random = random.Random(seed)
        self._share = share
        self._stubborn = frozenset(stubborn)
        self._plans: dict[int, Plan] = {}
        self._lock = threading.Lock()
        self.spoiled: Counter[str] = Counter()

    def __call__(self, asked: Any) -> Message:
        """The answer to a request that came over the wire, which has ``text`` and ``body``."""
        with self._lock:
            found = _FTP.search(asked.text)
            assert found is not None, asked.text[:500]
            ftp = int(found[1])
            is_first = len(asked.body["messages"]) == 1
            is_spoiled = ftp in self._stubborn or (is_first and self._random.random() < self._share)
            answer = self._week if asked.body.get("tools") else self._overview
            return answer(ftp, asked, is_spoiled=is_spoiled)

    def _overview(self, ftp: int, asked: Any, *, is_spoiled: bool) -> Message:
        draft = draft_of(self._requests[ftp])
        if not is_spoiled:
            return gives(draft)
        spoiled = SPOILED_OVERVIEWS[self.spoiled["overview"] % len(SPOILED_OVERVIEWS)]
        self.spoiled["overview"] += 1
        return spoiled(draft)

    def _week(self, ftp: int, asked: Any, *, is_spoiled: bool) -> Message:
        """The next week that is still to come, by what came of the last one."""
        plan = self._plan(ftp).training_plan
        told = asked.text.rsplit("Accepted.", 1)
        left = [week.week_number for week in plan.weekly_plan if week.trained]
        if len(told) > 1:
            to_come = _LEFT.search(told[1])
            left = [int(number) for number in to_come[1].split(", ")] if to_come else []
        if not left:
            return calls(("finalize", {}))
        week = {
            "week_number": left[0],
            "workouts": [workout_of(workout) for workout in plan.weekly_plan[left[0] - 1].workouts],
        }
        if is_spoiled:
            self.spoiled["weeks"] += 1
            week["workouts"] = [{**each, "segments": each["segments"] * 2} for each in week["workouts"]]
        return calls(("add_week", week))

    def _plan(self, ftp: int) -> Plan:
        """The plan of library workouts for the overview that this coach writes."""
        if ftp not in self._plans:
            request = self._requests[ftp]
            draft = OverviewDraft.model_validate(draft_of(request))
            overview = Overview(
                weeks=completed(purpose_of(request, real_config()), draft.as_weeks),
                coaching_notes=draft.coaching_notes,
                monitoring_guidance=draft.monitoring_guidance,
            )
            by_library = request.with_options(workouts=WorkoutSource.LIBRARY)
            made = generate_plan(by_library, real_library(), real_config(), stamp=STAMP, overview=overview)
            assert made.plan is not None, made.verdict
            self._plans[ftp] = made.plan
        return self._plans[ftp]


def workout_of(workout: Workout) -> dict[str, Any]:
    """A workout as a model hands it in, with its sets."""
    parts: list[dict[str, Any]] = []
    for repeat, steps in written_parts(workout.segments):
        written = [step.model_dump(mode="json", exclude={"set_index", "set_count"}) for step in steps]
        parts += [{"repeat": repeat, "steps": written}] if repeat > 1 else written
    named = {"weekday": workout.weekday, "name": workout.name, "type": workout.type}
    return {**named, "description": workout.description, "segments": parts}
