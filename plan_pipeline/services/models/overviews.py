"""Who writes the overview of a plan, when one that a model wrote is used again, and what is done where none can."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest, WriterName
from plan_pipeline.core.model.vocabulary import BY_RULES, WorkoutSource
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError, OverviewWriter
from plan_pipeline.core.registries import OVERVIEW_WRITERS
from plan_pipeline.redaction import without_secrets
from plan_pipeline.settings import Settings
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import OverviewRecord, request_hash

if TYPE_CHECKING:
    from plan_pipeline.llm.asking import Provider, Question
    from plan_pipeline.llm.desk import AnswerStore, Desk, ModelDesk

WriterFactory = Callable[[], OverviewWriter]

BY_HAND: Final = "by-hand"
"""The run of calls that no run of Dagster makes."""


class OpenQuestion(NamedTuple):
    """The next question of a plan's overview that nobody has answered.

    ``attempt`` counts the questions of its conversation from 1.
    """

    plan_id: str
    request_hash: str
    question: "Question"
    attempt: int


def _as_it_is(desk: "ModelDesk") -> "ModelDesk":
    return desk


@dataclass(frozen=True)
class OverviewService:
    """Has overviews written by whom the request names, and keeps those that a model wrote.

    Rules write the same overview every time, so they are always asked. What a model wrote is an input like the
    request: it is used again until what it was written for changes, or someone asks for a new one. ``writers`` take the
    place of registered ones. Every call of a model is made within ``call()``, on behalf of the run ``run_id``; a desk
    is used as ``at_desk`` gives it back, which may note what is asked at it.
    """

    settings: Settings
    writers: Mapping[WriterName, WriterFactory]
    call: Callable[[], AbstractContextManager[None]] = nullcontext
    run_id: str = BY_HAND
    at_desk: Callable[["ModelDesk"], "ModelDesk"] = _as_it_is

    def overview(
        self, request: PlanRequest, library: Library, config: PlanningConfig, *, plans: PlanStore, renew: bool
    ) -> tuple[OverviewRecord, bool]:
        """The overview of a request, and whether it is the one that ``plans`` has.

        Where a model failed for good and ``Settings.llm_fallback`` is ``rules``, rules write it and it says so. Raises
        ``OverviewError``, as ``OverviewUnavailableError`` where the same call may work later.
        """
        source = request.options.overview
        if source == BY_RULES:
            return self._by_rules(request, library, config), False
        if not renew:
            stored = plans.load_overview(request.plan_id)
            if stored is not None and self.is_current(stored, request, library, config) and not is_fallback(stored):
                return stored, True
        with _nothing_secret():
            record = self._by_model(request, library, config, plans, renew=renew)
        if without_secrets(written := record.model_dump_json()) != written:
            raise OverviewError(
                f"the overview that {source} wrote of {request.plan_id} holds a secret of this installation; "
                f"check the address of {source} in the settings, or use options.overview: rules"
            )
        return record, False

    def open_question(
        self,
        request: PlanRequest,
        library: Library,
        config: PlanningConfig,
        *,
        plans: PlanStore,
        answers: "AnswerStore",
    ) -> OpenQuestion | None:
        """What a model has to be asked next for a plan's overview; nothing is asked, and nothing paid.

        ``None`` for a plan whose overview a model wrote and that is as it was, for one that rules write, and where the
        stored answers lead to an end. Raises ``OverviewError`` for a writer that is not set up, ``StorageError`` for
        what is stored and cannot be read.
        """
        from plan_pipeline.llm.batches import PendingDesk, QuestionOpenError
        from plan_pipeline.llm.overviews import ModelWriter

        stored = plans.load_overview(request.plan_id)
        if stored is not None and self.is_current(stored, request, library, config) and not is_fallback(stored):
            return None
        writer = self._writer(request.options.overview)
        if not isinstance(writer, ModelWriter):
            return None
        try:
            writer.at(lambda provider: PendingDesk(provider, answers)).write(request, library, config)
        except QuestionOpenError as open_:
            return OpenQuestion(request.plan_id, request_hash(request), open_.question, open_.attempt)
        except OverviewError:
            pass
        return None

    def is_current(
        self, record: OverviewRecord, request: PlanRequest, library: Library, config: PlanningConfig
    ) -> bool:
        """Whether an overview is what a request has now: rules would write it again, a model wrote it for the same."""
        if request.options.overview == BY_RULES:
            return self._by_rules(request, library, config).outcome == record.outcome
        return record.request_hash == request_hash(request)

    def _by_rules(self, request: PlanRequest, library: Library, config: PlanningConfig) -> OverviewRecord:
        if request.options.workouts is not WorkoutSource.LIBRARY:
            raise OverviewError(
                f"options.workouts of {request.plan_id} is {request.options.workouts.value!r}, and rules write no "
                "workouts; set options.overview to a model such as 'anthropic', or options.workouts to 'library'"
            )
        outcome = self._writer(BY_RULES).write(request, library, config)
        return OverviewRecord.of(request, library.version, config.version, outcome)

    def _by_model(
        self, request: PlanRequest, library: Library, config: PlanningConfig, plans: PlanStore, *, renew: bool
    ) -> OverviewRecord:
        source = request.options.overview
        try:
            outcome = self._asked(source, plans, renew=renew)(request, library, config)
        except OverviewUnavailableError:
            raise
        except OverviewError as error:
            if self.settings.llm_fallback != BY_RULES:
                raise
            by_library = request.with_options(workouts=WorkoutSource.LIBRARY)
            outcome = self._writer(BY_RULES).write(by_library, library, config)
            if isinstance(outcome, Overview):
                outcome = outcome.model_copy(update={"instead_of": source, "why_not": str(error)})
        return OverviewRecord.of(request, library.version, config.version, outcome)

    def _asked(
        self, source: WriterName, plans: PlanStore, *, renew: bool
    ) -> Callable[[PlanRequest, Library, PlanningConfig], Overview | Infeasible]:
        """What has an overview written: a conversation takes a place for each call, any other writer one for all."""
        from plan_pipeline.llm.overviews import ModelWriter  # brings the prompts, which only those need who ask

        writer = self._writer(source)
        if isinstance(writer, ModelWriter):
            from plan_pipeline.services.models.batches import not_in_batches
            from plan_pipeline.services.models.desk import desk_of

            def desk(provider: "Provider") -> "Desk":
                found = desk_of(provider, self.settings, plans.data, run_id=self.run_id, place=self.call, renew=renew)
                return self.at_desk(replace(found, answers=not_in_batches(found.answers, plans.data)))

            return writer.at(desk).write

        def write(request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
            with self.call():
                return writer.write(request, library, config)

        return write

    def _writer(self, name: str) -> OverviewWriter:
        if name in self.writers:
            return self.writers[name]()
        made_for: Callable[[Settings], OverviewWriter] = OVERVIEW_WRITERS.get(name)
        return made_for(self.settings)


def is_fallback(record: OverviewRecord) -> bool:
    """Whether rules wrote an overview in place of a model that failed."""
    return record.overview is not None and record.overview.instead_of is not None


@contextmanager
def _nothing_secret() -> Iterator[None]:
    """Leave secrets out of what a model, or whatever answers in its place, says in an error."""
    try:
        yield
    except OverviewError as error:
        attempts = tuple(tuple(map(without_secrets, problems)) for problems in error.attempts)
        raise type(error)(without_secrets(str(error)), attempts) from None
