"""Clearing away calls and answers that are older than they are kept, once the facts have them."""

import contextlib
import datetime as dt
from typing import NamedTuple

import duckdb

from plan_pipeline.storage.data_folder import StorageError, sweep
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.collection import collected_calls


class ClearedAnswers(NamedTuple):
    """Calls that were removed with their answers, and old ones that stay until they are in the facts."""

    removed: int = 0
    waiting: int = 0


def clear_answers(facts: FactStore, *, before: dt.datetime) -> ClearedAnswers:
    """Remove the calls that were asked before an instant and are in the facts, and what killed writers left.

    Others may ask and keep answers meanwhile. Nothing happens where no model was ever asked. Raises ``StorageError``
    where facts cannot be read: then nothing is removed.
    """
    if not facts.data.place("llm", "calls").is_dir():
        return ClearedAnswers()
    try:
        known = collected_calls(facts)
        old = collected_calls(facts, asked_before=before)
    except duckdb.Error as error:
        what = str(error).partition("\n")[0]
        raise StorageError(
            f"answers of models are not cleared away while a part of llm_calls is damaged ({what})"
        ) from None
    answers = AnswerFiles(facts.data)
    removed = waiting = 0
    for folder, question in answers.questions():
        sweep(folder)
        found = list(answers.of(question))
        gone = [each for each in found if each.call_id in old]
        for each in gone:
            each.path.unlink(missing_ok=True)
        removed += len(gone)
        waiting += sum(each.call_id not in known and each.changed_at < before for each in found)
        if len(gone) == len(found):
            with contextlib.suppress(OSError):  # another call was kept meanwhile, or something foreign is there
                folder.rmdir()
    return ClearedAnswers(removed, waiting)
