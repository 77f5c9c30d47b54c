"""Overviews that a model writes and the engine keeps honest: sound, within the library's reach, and true in words."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.envelope import envelope_for
from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.core.model.plan import Infeasible, Overview, OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WorkoutSource
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.completion import completed
from plan_pipeline.core.overview.plan_overview import infeasibility
from plan_pipeline.core.overview.reach import reach_breaches
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline.core.prose.contradictions import contradictions
from plan_pipeline.core.prose.facts import facts_of_overview
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.llm.asking import CallFailedError, Provider, Question, Reply, Told
from plan_pipeline.llm.conversation import USE_RULES, Conversation, Wrong
from plan_pipeline.llm.desk import Desk
from plan_pipeline.llm.guidelines import KNOWLEDGE_HEADING, OVERVIEW_PROMPT, REQUEST_PROMPT, overview_instructions
from plan_pipeline.llm.leaks import repeats_instructions
from plan_pipeline.llm.overview_draft import (
    OverviewDraft,
    draft_form,
    draft_schema,
    foreign_types,
    length_problems,
    speed_problems,
)
from plan_pipeline.llm.prompting import of_sport, prompt_version
from plan_pipeline.llm.reading import read_text
from plan_pipeline.llm.request_prompt import overview_request, typed_by_athlete
from plan_pipeline.llm.weeks.writer import ON_TRIAL, write_weeks
from plan_pipeline.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelOverviewWriter:
    """Has a model write overviews, and with ``options.workouts: llm`` the workouts of every week as well.

    ``attempts`` is how many answers are taken for an overview, and for each week.
    """

    desk: Desk
    attempts: int

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        """The overview that the model writes for a request, such that the plan made of it passes every rule.

        A request that no overview can meet is not asked about. Raises ``OverviewError`` where no answer could be used,
        as ``OverviewUnavailableError`` where there was none and one may come later.
        """
        if (infeasible := infeasibility(request, library, config)) is not None:
            return infeasible
        read = _Reader(request, library, config)
        question = overview_question(request, library, config)
        reached = Conversation(self.desk, self.attempts).until_right(question, read, "overview")
        overview = reached.value.overview
        assert overview is not None
        overview = overview.model_copy(
            update={"source": self.desk.provider.name, "model": reached.model, "attempts": reached.attempts}
        )
        log.info("%s wrote the overview of %s in %d attempt(s)", reached.model, request.plan_id, reached.attempts)
        if request.options.workouts is WorkoutSource.LIBRARY:
            return overview
        return write_weeks(self.desk, self.attempts, request, overview, reached.value, library, config)


def overview_question(request: PlanRequest, library: Library, config: PlanningConfig) -> Question:
    """What is asked first for an overview."""
    return Question(
        purpose=CallPurpose.OVERVIEW,
        plan_id=request.plan_id,
        system=overview_instructions(library, config),
        turns=(Told(text=overview_request(request, config)),),
        answer_schema=draft_schema(request),
        prompt_version=prompt_version(*(of_sport(name, request.sport) for name in (OVERVIEW_PROMPT, REQUEST_PROMPT))),
        config_version=config.version,
    )


@dataclass(frozen=True)
class _Reader:
    """Reads answers for one request: each becomes a plan that passes, or everything that is wrong with it."""

    request: PlanRequest
    library: Library
    config: PlanningConfig

    def __call__(self, reply: Reply) -> PlanResult | Wrong:
        draft = read_text(draft_form(self.request), reply.text)
        if isinstance(draft, Wrong):
            return draft
        if problems := [*foreign_types(draft, self.request.sport), *speed_problems(draft, self.request)]:
            return Wrong((*problems, *length_problems(draft)))
        weeks = draft.as_weeks
        breaches = overview_breaches(self.request, weeks, self.config)
        if not breaches:
            purpose = purpose_of(self.request, self.config)
            weeks = completed(purpose, weeks, envelope_for(self.library, purpose))
            breaches = reach_breaches(self.request, weeks, self.library, self.config)
        problems = [*breaches, *length_problems(draft), *self._leaks(draft)]
        if len(weeks) == self.request.total_weeks:
            problems += self._untrue(draft, weeks)
        if problems:
            return Wrong(tuple(problems))
        overview = Overview(
            weeks=weeks, coaching_notes=draft.coaching_notes, monitoring_guidance=draft.monitoring_guidance
        )
        # The plan is made of library workouts whoever is to write them: what no workouts can mend shows here.
        from_library = self.request.with_options(workouts=WorkoutSource.LIBRARY)
        result = generate_plan(from_library, self.library, self.config, stamp=ON_TRIAL, overview=overview)
        return result if result.plan is not None else Wrong(result.verdict.reasons)

    def _leaks(self, draft: OverviewDraft) -> Iterator[str]:
        """Texts that give away what the model was told."""
        instructions, _, _ = overview_instructions(self.library, self.config).partition(KNOWLEDGE_HEADING)
        typed = typed_by_athlete(self.request)
        for name, text in draft.texts.items():
            if repeats_instructions(text, instructions, typed):
                yield f"{name}: repeats these instructions; write to the athlete of the plan instead."

    def _untrue(self, draft: OverviewDraft, weeks: tuple[OverviewWeek, ...]) -> Iterator[str]:
        """What texts say otherwise than the overview and the request."""
        facts = facts_of_overview(self.request, weeks)
        for name, text in draft.texts.items():
            yield from (f"{name}: {contradiction}" for contradiction in contradictions(text, facts))


@dataclass(frozen=True)
class ModelWriter:
    """A writer that has yet to be given a desk to ask at, since only a run knows what it may spend and where."""

    provider: Provider
    attempts: int

    def at(self, desk_for: Callable[[Provider], Desk]) -> ModelOverviewWriter:
        """The writer at a desk."""
        return ModelOverviewWriter(desk_for(self.provider), self.attempts)

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        """Nothing is written without a desk: raises ``OverviewError`` for all that can be met."""
        if (infeasible := infeasibility(request, library, config)) is not None:
            return infeasible
        raise OverviewError(f"{self.provider.name} is asked within a run; generate {request.plan_id} in one")


def _writer_of(name: str, settings: Settings) -> ModelWriter:
    from plan_pipeline.llm.configured import configured_provider  # brings what only asking needs

    try:
        return ModelWriter(configured_provider(settings, name), settings.llm_attempts)
    except CallFailedError as error:
        raise OverviewError(f"options.overview is {name}: {error}, {USE_RULES}") from None


anthropic_writer = partial(_writer_of, "anthropic")
openai_writer = partial(_writer_of, "openai")
gemini_writer = partial(_writer_of, "gemini")
ollama_writer = partial(_writer_of, "ollama")
