"""Alerting that a run has failed, or has left plans unpublished: a line in the log always, a short JSON to a webhook
where one is set.

Nothing secret leaves: the address may hold a token, and errors may repeat an address with a password or a key.
"""

import base64
import json
import logging
import socket
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import dagster as dg

from plan_pipeline import redaction
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.orchestration.dagster_internals.own_process import is_executed_by_its_program
from plan_pipeline.orchestration.run_tags import ARM_TAG, EXPERIMENT_TAG, KIND_TAG, PLAN_TAG, SPLIT_TAG, WILL_RETRY_TAG
from plan_pipeline.services.run_log import line
from plan_pipeline.settings import Settings
from plan_pipeline.storage.plans.records import PlanRecord

TIMEOUT_S: Final = 5.0
"""A tick of the sensor sends up to five alerts, and Dagster gives it a minute: one that takes longer is repeated with
all its alerts."""

MAX_MESSAGE: Final = 500
"""Characters of an error that are sent: the first lines say what is wrong, the run has the rest."""

MAX_PLANS: Final = 5
MAX_REASON: Final = 200
"""Plans that an alert names, and characters of a reason: the board `plan_status` has the rest."""

_FROM_OUTSIDE: Final = "marked as failed from outside"
"""Dagster's message for a run that it ended itself, where it gives no reason."""

_REPORTED_TAGS: Final = {
    "plan": PLAN_TAG,
    "arm": ARM_TAG,
    "experiment": EXPERIMENT_TAG,
    "batch": SPLIT_TAG,
    "kind": KIND_TAG,
}

log = logging.getLogger(__name__)


class AlertError(RuntimeError):
    """The webhook did not take an alert; the message names its host and nothing more of its address."""


def alert_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor that is called for every failed run that was launched from the UI, a schedule or a sensor."""

    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=15,
        description=(
            "Logs every failed run, and posts a short JSON about it to the address in PLAN_PIPELINE_ALERT_URL where "
            "that is set. Always on."
        ),
    )
    def alert_on_failure(context: dg.RunFailureSensorContext) -> None:
        if not is_executed_by_its_program(context.dagster_run):
            notify(alert_of(context.dagster_run, _failure_message(context), settings), settings)

    return alert_on_failure


def alert_of(run: dg.DagsterRun, message: str, settings: Settings) -> dict[str, Any]:
    """The alert about a failed run: what failed and why, in which run, and whether Dagster tries it again."""
    shown = without_secrets(message, settings)
    shown = shown if len(shown) <= MAX_MESSAGE else shown[: MAX_MESSAGE - 1] + "…"
    return {
        "event": "run_failed",
        "job": run.job_name,
        "run_id": run.run_id,
        "message": shown,
        "will_retry": run.tags.get(WILL_RETRY_TAG) == "true",
        "host": socket.gethostname(),
        **_about(run),
        "text": f"{run.job_name} failed: {shown}",
    }


@dataclass
class Unpublished:
    """The plans of a batch, counted, and the first of those that were made and are not published, with their reasons.

    One that was bad before and is made from the same inputs is not among them: it was confirmed, not made, and whoever
    is alerted knows of it.
    """

    plans: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, str]] = field(default_factory=list)

    def add(self, record: PlanRecord) -> None:
        """Count a plan in, by how it ended."""
        self.plans += 1
        if record.status is PlanStatus.PUBLISHED or record.confirmed_at is not None:
            return
        self.by_status[record.status.value] += 1
        if len(self.first) < MAX_PLANS:
            reason = record.reasons[0] if record.reasons else ""
            shown = reason if len(reason) <= MAX_REASON else reason[: MAX_REASON - 1] + "…"
            self.first.append({"plan_id": record.plan_id, "status": record.status.value, "reason": shown})


def alert_of_unpublished(run: dg.DagsterRun, found: Unpublished, settings: Settings) -> dict[str, Any]:
    """The alert about plans that a run, or the batch that it was split into, made and did not publish."""
    total = found.by_status.total()
    first = [{name: without_secrets(text, settings) for name, text in each.items()} for each in found.first]
    named = "; ".join(f"{each['plan_id']} is {each['status']}: {each['reason']}" for each in first)
    counts = ", ".join(f"{number} {status}" for status, number in found.by_status.most_common())
    more = f"; and {total - len(first)} more" if total > len(first) else ""
    return {
        "event": "plans_not_published",
        "job": run.job_name,
        "run_id": run.run_id,
        "plans": found.plans,
        "not_published": total,
        **{status.value: found.by_status[status] for status in PlanStatus if status is not PlanStatus.PUBLISHED},
        "first": first,
        "host": socket.gethostname(),
        **_about(run),
        "text": f"{run.job_name}: {total} of {found.plans} plans were not published ({counts}): {named}{more}",
    }


def alert_if_unpublished(run: dg.DagsterRun, found: Unpublished, settings: Settings) -> None:
    """Alert of plans that were not published, if there are any and nobody is waiting to see how the run ends."""
    if found.by_status and not is_executed_by_its_program(run):
        notify(alert_of_unpublished(run, found, settings), settings)


def notify(alert: Mapping[str, Any], settings: Settings) -> None:
    """Log an alert, and send it where there is somewhere to send it. A webhook that is away is logged, no more."""
    fields = {name: value for name, value in alert.items() if name not in ("text", "message", "plan", "first")}
    log.error("%s", line(str(alert["text"]), plan=alert.get("plan"), **fields))
    if settings.alert_url is None:
        return
    try:
        post(settings.alert_url.get_secret_value(), alert)
    except AlertError as error:
        log.error("%s", error)


def post(url: str, alert: Mapping[str, Any], *, timeout_s: float = TIMEOUT_S) -> None:
    """Send an alert as JSON; redirects are not followed, so that it reaches whom the settings name or nobody.

    Raises ``AlertError`` for an answer other than 2xx, and where there is none within ``timeout_s`` seconds.
    """
    host = urlsplit(url).hostname or "?"
    address, authorization = _split_credentials(url)
    headers = {"Content-Type": "application/json", "User-Agent": "plan-pipeline", **authorization}
    request = urllib.request.Request(address, json.dumps(alert).encode(), headers, method="POST")  # noqa: S310
    try:
        _sent(request, timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        raise AlertError(f"the webhook at {host} answered HTTP {error.code}; check PLAN_PIPELINE_ALERT_URL") from None
    except (OSError, HTTPException, ValueError) as error:
        cause = getattr(error, "reason", error)
        reason = getattr(cause, "strerror", None) or type(cause).__name__
        why = "did not answer in time" if isinstance(cause, TimeoutError) else f"cannot be reached ({reason})"
        raise AlertError(f"the webhook at {host} {why}; check PLAN_PIPELINE_ALERT_URL and the network") from None


def step_failure_message(event: dg.DagsterEvent) -> str | None:
    """The description that the step failed with, or the message of the error that was at the bottom of it."""
    failure = event.step_failure_data
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description.strip()
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return None if error is None else error.message.strip()


def without_secrets(text: str, settings: Settings) -> str:
    """The text without the secrets of the settings and of the environment."""
    return redaction.without_secrets(text, *settings.secrets)


def _about(run: dg.DagsterRun) -> dict[str, str]:
    return {name: run.tags[tag] for name, tag in _REPORTED_TAGS.items() if tag in run.tags}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer that it is, which is an error then."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        del args, kwargs


_OPENER: Final = urllib.request.build_opener(_NoRedirects)


def _sent(request: urllib.request.Request, timeout_s: float) -> None:
    """Send a request. Its time is limited as a whole, which sockets do not: they wait so long for every byte."""
    answer: Future[None] = Future()

    def send() -> None:
        try:
            with _OPENER.open(request, timeout=timeout_s):
                answer.set_result(None)
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=send, daemon=True).start()
    answer.result(timeout_s)


def _failure_message(context: dg.RunFailureSensorContext) -> str:
    """What the first failed step says, or the run where none has failed."""
    for event in context.get_step_failure_events():
        if message := step_failure_message(event):
            return message
    message = context.failure_event.message or "the run failed; see its log"
    return _cause_outside_the_run(context) or message if _FROM_OUTSIDE in message else message


def _cause_outside_the_run(context: dg.RunFailureSensorContext) -> str | None:
    """What was noted just before a run was ended that did not end itself: how its process died, or could not start."""
    kinds = {dg.DagsterEventType.ENGINE_EVENT, dg.DagsterEventType.RUN_FAILURE}
    noted = None
    for record in context.instance.get_records_for_run(context.dagster_run.run_id, of_type=kinds).records:
        event = record.event_log_entry.dagster_event
        if event is None or event.event_type is dg.DagsterEventType.RUN_FAILURE:
            break
        error = event.engine_event_data.error
        noted = f"{event.message} {error.message.strip()}" if error else event.message
    return noted


def _split_credentials(url: str) -> tuple[str, dict[str, str]]:
    """The address without user and password, and the header that has them."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, {}
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return address, {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}
