"""What every asset works with: the folders, the library, live experiments, and who writes overviews.

Belongs here: the collaborators that ``build_defs`` puts together and tests put together differently. Does not
belong here: what any of them does (see ``storage``, ``library``, ``llm``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from plan_pipeline.core.experiment import assigned_request
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Arm, OverviewSource
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import OverviewError, OverviewWriter, RulesOverviewWriter
from plan_pipeline.library import LibraryError, load_library, validate_library
from plan_pipeline.redaction import without_secrets
from plan_pipeline.services.live_experiments import LiveExperiments
from plan_pipeline.services.run_memory import RunMemory
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import OverviewRecord, PlanRecord, PlanStore, request_hash

if TYPE_CHECKING:
    from plan_pipeline.storage.facts.fact_store import FactStore

WriterFactory = Callable[[], OverviewWriter]


Signature = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file of a library."""


class LibrarySource:
    """The workout library of a folder, read again only when one of its files has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> Library:
        """The library, if it is good. Raises ``LibraryError`` with every error of form and content."""
        files = [(path, path.stat()) for path in sorted(self.folder.rglob("*.y*ml"))]
        return _load_good(self.folder, tuple((str(path), at.st_mtime_ns, at.st_size) for path, at in files))


@lru_cache(maxsize=4)
def _load_good(folder: Path, signature: Signature) -> Library:
    del signature  # what makes a changed library another one
    library = load_library(folder)
    report = validate_library(folder)
    if not report.passed:
        raise LibraryError(report.errors)
    return library


class OverviewService:
    """Has overviews written by whom the request names, and keeps those that a model wrote.

    Rules write the same overview every time, so they are always asked. What a model wrote is an input like the
    request: it is used again until what it was written for changes, or someone asks for a new one.
    """

    def __init__(
        self,
        writers: dict[OverviewSource, WriterFactory],
        call: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._writers = writers
        self._call = call

    def with_calls(self, call: Callable[[], AbstractContextManager[None]]) -> OverviewService:
        """The service that has every call of a model made within ``call()``."""
        return OverviewService(self._writers, call)

    def overview(
        self, request: PlanRequest, library: Library, *, plans: PlanStore, renew: bool
    ) -> tuple[OverviewRecord, bool]:
        """The overview of a request, and whether it is the one that ``plans`` has.

        Raises ``OverviewError``, as ``OverviewUnavailableError`` where the same call may work later.
        """
        source = request.options.overview
        if source is not OverviewSource.RULES and not renew:
            stored = plans.load_overview(request.plan_id)
            if stored is not None and stored.request_hash == request_hash(request):
                return stored, True
        if source is OverviewSource.RULES:
            return OverviewRecord.of(request, library.version, self._writers[source]().write(request, library)), False
        with _nothing_secret(), self._call():
            record = OverviewRecord.of(request, library.version, self._writers[source]().write(request, library))
        if without_secrets(written := record.model_dump_json()) != written:
            raise OverviewError(
                f"the overview that {source.value} wrote of {request.plan_id} holds a secret of this installation; "
                "check what answers at ANTHROPIC_BASE_URL, or use options.overview: rules"
            )
        return record, False


@contextmanager
def _nothing_secret() -> Iterator[None]:
    """Leave secrets out of what a model, or whatever answers in its place, says in an error."""
    try:
        yield
    except OverviewError as error:
        attempts = tuple(tuple(map(without_secrets, problems)) for problems in error.attempts)
        raise type(error)(without_secrets(str(error)), attempts) from None


def _ignore(record: PlanRecord) -> None:
    del record


@dataclass(frozen=True)
class Pipeline:
    """Everything an asset needs besides Dagster. ``on_record`` hears of each plan that a bulk run finishes."""

    settings: Settings
    data: DataFolder
    plans: PlanStore
    library: LibrarySource
    overviews: OverviewService
    live_experiments: LiveExperiments
    memory: RunMemory = field(default_factory=RunMemory)
    on_record: Callable[[PlanRecord], None] = _ignore

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        writers: dict[OverviewSource, WriterFactory] | None = None,
        on_record: Callable[[PlanRecord], None] = _ignore,
        live_experiments: bool = True,
    ) -> Self:
        """The collaborators that settings describe; nothing is read, written or called yet.

        Without ``live_experiments`` every plan is made as its request says.
        """
        data = DataFolder(settings.data)
        return cls(
            settings=settings,
            data=data,
            plans=PlanStore(data, keep_versions=settings.keep_versions),
            library=LibrarySource(settings.library),
            overviews=OverviewService({**default_writers(settings), **(writers or {})}),
            live_experiments=LiveExperiments(data.experiments if live_experiments else None),
            on_record=on_record,
        )

    @cached_property
    def facts(self) -> FactStore:
        """The fact files. Imported late: they bring DuckDB and pandas, which loading the definitions need not."""
        from plan_pipeline.storage.facts.fact_store import FactStore

        return FactStore(self.data)

    def request(self, plan_id: str, stamp: Stamp) -> PlanRequest:
        """The request of a plan as the run of ``stamp`` carries it out. Raises ``ArtefactMissingError``.

        A live experiment that the plan is part of on the day of the run gives it its arm and name. Where duration
        adjustment is switched off the arm is legacy, and no plan takes part.
        """
        request = self.plans.load_request(plan_id)
        if self.settings.enable_duration_adjustment is False:
            legacy = request.options.model_copy(update={"duration": Arm.LEGACY})
            return request.model_copy(update={"options": legacy})
        return assigned_request(request, self.live_experiments.for_run(stamp).experiments, stamp.generated_at.date())


def default_writers(settings: Settings) -> dict[OverviewSource, WriterFactory]:
    """Who writes overviews by default. The model's client is only imported when it is asked for."""

    def anthropic() -> OverviewWriter:
        from plan_pipeline.llm.client import anthropic_writer

        return anthropic_writer(
            settings.anthropic_api_key, settings.anthropic_model, settings.anthropic_base_url, settings.llm_timeout_s
        )

    return {OverviewSource.RULES: RulesOverviewWriter, OverviewSource.ANTHROPIC: anthropic}
