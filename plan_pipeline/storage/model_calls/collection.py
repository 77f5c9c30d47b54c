"""The way of calls from their files into the facts: each once, whenever this is stopped.

The facts themselves say which calls are in them, and a part is there as a whole or not at all, so no call is lost or
counted twice.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import duckdb

from plan_pipeline.core.model.model_call import CallOutcome, ModelCall
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.migrations import fact_queries
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles, FoundFile

READ_WITHIN_S: Final = 3600.0
"""After so long an answer that nobody read stays unread: its run was killed, and nothing reads for an hour."""


class Collected(NamedTuple):
    """How many calls were added to the facts, and why others were not, a sentence each with what to do."""

    calls: int = 0
    problems: tuple[str, ...] = ()


def collect_calls(facts: FactStore, *, now: dt.datetime) -> Collected:
    """Write a part of ``llm_calls`` with the calls that are not in the facts yet.

    A call whose answer is still to be read is left for the next time, for ``READ_WITHIN_S`` seconds. One that cannot be
    read is a problem, and so is a part of ``llm_calls`` that cannot be: which calls it holds is not known, so none are
    added. Nothing happens where no model was ever asked. Raises ``LockedError`` while another process collects, and
    ``StorageError`` for facts of a newer version.
    """
    if not facts.data.place("llm", "calls").is_dir():
        return Collected()
    answers = AnswerFiles(facts.data)
    with facts.collecting():
        try:
            known = collected_calls(facts)
        except duckdb.Error as error:
            what = str(error).partition("\n")[0]
            return Collected(problems=(f"calls of models are not added while a part of llm_calls is damaged ({what})",))
        problems: list[str] = []
        new = [found for found in answers.files() if found.call_id not in known]
        calls = list(_final(answers, new, now, problems))
        if calls:
            facts.write(FactTable.LLM_CALLS, _part(calls, now), calls)
    return Collected(len(calls), tuple(problems))


def collected_calls(facts: FactStore, *, asked_before: dt.datetime | None = None) -> frozenset[str]:
    """The ids of the calls that are in the facts, all or those asked before an instant. Raises ``duckdb.Error``."""
    table = FactTable.LLM_CALLS
    with duckdb.connect(":memory:", config={"threads": 1}) as db:
        queries = fact_queries(db, table, facts.parts(table).values())
        if not queries:
            return frozenset()
        rows = " UNION ALL BY NAME ".join(f"({query})" for query in queries)
        found = db.execute(
            f"SELECT call_id FROM ({rows}) WHERE $before IS NULL OR asked_at < $before",  # noqa: S608
            {"before": asked_before},
        ).fetchall()
    return frozenset(call_id for (call_id,) in found)


def _final(
    answers: AnswerFiles, new: Sequence[FoundFile], now: dt.datetime, problems: list[str]
) -> Iterator[ModelCall]:
    """The calls of some files whose outcome will not change any more."""
    unread_since = now - dt.timedelta(seconds=READ_WITHIN_S)
    for found in new:
        try:
            stored = answers.read(found)
        except StorageError as error:
            problems.append(str(error))
            continue
        if stored is None:
            continue
        may_be_read = max(stored.call.asked_at, found.changed_at) > unread_since
        if stored.call.outcome is not CallOutcome.ANSWERED or not may_be_read:
            yield stored.call


def _part(calls: Sequence[ModelCall], now: dt.datetime) -> str:
    ids = hashlib.sha256(" ".join(sorted(call.call_id for call in calls)).encode()).hexdigest()
    return f"calls-{now.astimezone(dt.UTC):%Y%m%dT%H%M%S}-{ids[:16]}"
