"""The inbox: request files that people and programs drop into ``requests/inbox``, ingested once each.

A file that has not changed for a few seconds is taken: it moves to ``accepted/``, or to ``rejected/`` with
``<file>.reason.json`` beside it. One that breaks off may still be being written: it is rejected after a while. Of a
``.jsonl`` file the good lines are accepted; the others make a file of their own in ``rejected/``, ready to be
corrected. Where two files ask for the same plan the one that came later counts; both are kept.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.storage.data_folder import DataFolder, Mark, make_folder, sync_folder
from plan_pipeline.storage.requests.arrivals import arrivals, forget_arrivals
from plan_pipeline.storage.requests.claims import Claims, Received, Superseded, TakenFile
from plan_pipeline.storage.requests.inbox_files import NotReady, Ready, Skipped, candidates, inspect
from plan_pipeline.storage.requests.rejections import FreeNames, plain_name, rejection_of
from plan_pipeline.storage.requests.request_files import NO_CONFIGS, Configs, Found, used_twice, with_known_ids
from plan_pipeline.strict_input.input_limits import MAX_LINES_BYTES
from plan_pipeline.strict_input.validation_messages import printable

MAX_FILES = 2_000
MAX_BYTES = 2 * MAX_LINES_BYTES
MAX_SECONDS = 20.0
"""What is taken at a time, so that it ends well within the minute that Dagster gives a sensor."""


class Note(NamedTuple):
    """A file and a message about it."""

    file: str
    what: str


class Taken(NamedTuple):
    """What was taken at a time. ``batches`` wait for runs; ``left`` files were too many for one time."""

    batches: tuple[str, ...] = ()
    plans: int = 0
    accepted: tuple[str, ...] = ()
    rejected: tuple[Note, ...] = ()
    superseded: tuple[Note, ...] = ()
    waiting: tuple[Note, ...] = ()
    skipped: tuple[Note, ...] = ()
    left: int = 0


def _as_it_is(request: PlanRequest) -> PlanRequest:
    return request


class Inbox:
    """The inbox of a data folder. ``clock`` gives seconds since 1970.

    Goals and event types of requests are to be those of their sport's configuration, where there is one. Files
    with requests of a sport that is ``held`` wait, for the reason that is given. ``complete`` gives each request what
    it does not say by itself.
    """

    def __init__(
        self,
        data: DataFolder,
        *,
        settle_s: float,
        give_up_s: float,
        configs: Configs = NO_CONFIGS,
        held: Mapping[Sport, str] = MappingProxyType({}),
        complete: Callable[[PlanRequest], PlanRequest] = _as_it_is,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.claims = Claims(data)
        self._folder = data.place("requests", "inbox")
        self._accepted = data.place("requests", "accepted")
        self._rejected = data.place("requests", "rejected")
        self._settle_s = settle_s
        self._give_up_s = give_up_s
        self._configs = configs
        self._held = held
        self._complete = complete
        self._clock = clock

    def take(self) -> Taken:
        """Take what is ready, and finish what a killed process left. Repeating it does nothing twice.

        Raises ``LockedError`` while another process is ingesting requests, ``StorageError`` for a broken data folder.
        """
        with self.claims.lock(timeout_s=0):
            self.claims.recover()
            make_folder(self._folder)
            return self._take()

    def _take(self) -> Taken:
        ready: list[tuple[str, Ready]] = []
        waiting: list[Note] = []
        skipped: list[Note] = []
        there = candidates(self._folder, self.claims.staged)
        limits = _Limits()
        for candidate in there:
            if limits.reached():
                break
            name = printable(candidate.name)
            try:
                each = inspect(candidate, now=self._clock(), settle_s=self._settle_s, give_up_s=self._give_up_s)
                self._check_not_held(each)
                limits.bytes += each.read
                ready.append((self._stage(each), each))
            except NotReady as why:
                waiting.append(Note(name, str(why)))
            except Skipped as why:
                skipped.append(Note(name, str(why)))
            except FileNotFoundError:
                pass
            except OSError as error:
                skipped.append(Note(name, f"cannot be taken ({error.strerror}); check its permissions"))
            limits.files += 1
        taken = self._claim(ready) if ready else Taken()
        return taken._replace(waiting=tuple(waiting), skipped=tuple(skipped), left=len(there) - limits.files)

    def _check_not_held(self, ready: Ready) -> None:
        """Raises ``NotReady`` for a file with a request of a sport that is held."""
        for found in ready.found:
            if found.request is not None and (why := self._held.get(found.request.sport)):
                raise NotReady(f"is for {found.request.sport}, and {' '.join(why.split())}")

    def _as_known(self, found: Found) -> Found:
        known = with_known_ids(found, self._configs)
        return known if known.request is None else known._replace(request=self._complete(known.request))

    def _stage(self, ready: Ready) -> str:
        """Move a file to where nobody replaces it; raises ``NotReady`` where someone had changed it by then."""
        candidate = ready.candidate
        if candidate.is_staged:
            return candidate.path.name
        name = f"{candidate.identity}-{plain_name(candidate.name)}"
        make_folder(self.claims.staged)
        staged = candidate.path.rename(self.claims.staged / name)
        if Mark.of_status(staged.lstat()) != ready.mark:
            raise NotReady("changed while it was taken")
        return name

    def _claim(self, ready: Sequence[tuple[str, Ready]]) -> Taken:
        now = dt.datetime.fromtimestamp(self._clock(), dt.UTC)
        claim = self.claims.new_claim(now)
        orders = arrivals(self.claims)
        accepted, rejected = FreeNames(self._accepted, claim), FreeNames(self._rejected, claim)
        latest: dict[str, Received] = {}
        files, superseded, refused, left_out = [], [], [], []
        for staged, each in sorted(ready, key=lambda one: orders.get(one[1].candidate.identity, claim)):
            good, bad = _good_and_bad(self._as_known(found) for found in each.found)
            name = each.candidate.name
            to_accepted = accepted.choose(plain_name(name)) if good else None
            for received in good:
                plan_id = received.request.plan_id
                if plan_id in latest:
                    earlier = latest.pop(plan_id)
                    superseded.append(
                        Note(earlier.source, f"asks for plan {plan_id!r}, as {received.source} does, which is newer")
                    )
                    left_out.append(Superseded(received=earlier, by=received.source))
                placed = {"order": orders.get(each.candidate.identity), "file": to_accepted}
                latest[plan_id] = received.model_copy(update=placed)
            rejection = None
            if bad:
                to = rejected.choose(plain_name(name))
                rejection = rejection_of(name, to, bad, at=now, in_part=bool(good))
                refused.append(Note(printable(name), _in_short(bad)))
            files.append(TakenFile(staged=staged, accepted=to_accepted, rejection=rejection))
        sync_folder(self.claims.staged)
        sync_folder(self._folder)
        batches = self.claims.commit(claim, tuple(latest.values()), received_at=now, files=files, superseded=left_out)
        forget_arrivals(self.claims, {each.candidate.identity for _, each in ready})
        return Taken(
            batches=batches,
            plans=len(latest),
            accepted=tuple(file.accepted for file in files if file.accepted),
            rejected=tuple(refused),
            superseded=tuple(superseded),
        )


class _Limits:
    def __init__(self) -> None:
        self.files = 0
        self.bytes = 0
        self._until = time.monotonic() + MAX_SECONDS

    def reached(self) -> bool:
        return self.files >= MAX_FILES or self.bytes >= MAX_BYTES or time.monotonic() >= self._until


def _good_and_bad(found: Iterable[Found]) -> tuple[list[Received], list[Found]]:
    """The requests of a file and what is wrong with the rest. A plan asked for twice in it must be asked the same."""
    good: dict[str, Received] = {}
    bad: list[Found] = []
    for each in found:
        if each.request is None:
            bad.append(each)
            continue
        earlier = good.setdefault(each.request.plan_id, Received(source=each.place, request=each.request))
        if earlier.request != each.request:
            problem = used_twice(each.place, each.request.plan_id, f"another request in {earlier.source}")
            bad.append(each._replace(request=None, problems=(problem,)))
    return list(good.values()), bad


def _in_short(bad: Sequence[Found]) -> str:
    problems = [problem for each in bad for problem in each.problems]
    more = f" (and {len(problems) - 1} more problems)" if len(problems) > 1 else ""
    return problems[0] + more
