"""Who writes the overview of a plan, and when one that a model wrote is used again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import PlanRequest, WriterName
from plan_pipeline.core.model.vocabulary import BY_RULES
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import OverviewError, OverviewWriter
from plan_pipeline.core.registries import OVERVIEW_WRITERS
from plan_pipeline.redaction import without_secrets
from plan_pipeline.settings import Settings
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import OverviewRecord, request_hash

WriterFactory = Callable[[], OverviewWriter]


@dataclass(frozen=True)
class OverviewService:
    """Has overviews written by whom the request names, and keeps those that a model wrote.

    Rules write the same overview every time, so they are always asked. What a model wrote is an input like the
    request: it is used again until what it was written for changes, or someone asks for a new one. ``writers`` take the
    place of registered ones. Every call of a model is made within ``call()``.
    """

    settings: Settings
    writers: Mapping[WriterName, WriterFactory]
    call: Callable[[], AbstractContextManager[None]] = nullcontext

    def _writer(self, name: str) -> OverviewWriter:
        if name in self.writers:
            return self.writers[name]()
        made_for: Callable[[Settings], OverviewWriter] = OVERVIEW_WRITERS.get(name)
        return made_for(self.settings)

    def overview(
        self, request: PlanRequest, library: Library, config: PlanningConfig, *, plans: PlanStore, renew: bool
    ) -> tuple[OverviewRecord, bool]:
        """The overview of a request, and whether it is the one that ``plans`` has.

        Raises ``OverviewError``, as ``OverviewUnavailableError`` where the same call may work later.
        """
        source = request.options.overview
        if source != BY_RULES and not renew:
            stored = plans.load_overview(request.plan_id)
            if stored is not None and self.is_current(stored, request, library, config):
                return stored, True
        if source == BY_RULES:
            return self._by_rules(request, library, config), False
        with _nothing_secret(), self.call():
            record = self._written(source, request, library, config)
        if without_secrets(written := record.model_dump_json()) != written:
            raise OverviewError(
                f"the overview that {source} wrote of {request.plan_id} holds a secret of this installation; "
                "check what answers at ANTHROPIC_BASE_URL, or use options.overview: rules"
            )
        return record, False

    def is_current(
        self, record: OverviewRecord, request: PlanRequest, library: Library, config: PlanningConfig
    ) -> bool:
        """Whether an overview is what a request has now: rules would write it again, a model wrote it for the same."""
        if request.options.overview == BY_RULES:
            return self._by_rules(request, library, config).outcome == record.outcome
        return record.request_hash == request_hash(request)

    def _by_rules(self, request: PlanRequest, library: Library, config: PlanningConfig) -> OverviewRecord:
        return self._written(BY_RULES, request, library, config)

    def _written(
        self, source: WriterName, request: PlanRequest, library: Library, config: PlanningConfig
    ) -> OverviewRecord:
        outcome = self._writer(source).write(request, library, config)
        return OverviewRecord.of(request, library.version, config.version, outcome)


@contextmanager
def _nothing_secret() -> Iterator[None]:
    """Leave secrets out of what a model, or whatever answers in its place, says in an error."""
    try:
        yield
    except OverviewError as error:
        attempts = tuple(tuple(map(without_secrets, problems)) for problems in error.attempts)
        raise type(error)(without_secrets(str(error)), attempts) from None
