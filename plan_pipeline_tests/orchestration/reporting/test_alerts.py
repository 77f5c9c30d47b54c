"""A failed run is told of: always in the log, and to the webhook where one is set, without any secret."""

import base64
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import dagster as dg
import pytest
from dagster._core.events import EngineEventData
from dagster._utils.error import SerializableErrorInfo

from plan_pipeline.orchestration.reporting.alerts import MAX_MESSAGE, AlertError, alert_of, alert_sensor, notify, post
from plan_pipeline.settings import Settings
from plan_pipeline_tests.orchestration.world import QUIET

KEY = "sk-ant-nobody-may-see-this"
TOKEN = "T000-B000-token"


@dataclass
class Webhook:
    """A web server on the loopback that keeps what it is sent, and answers as it is told."""

    answer: int = 200
    location: str = ""
    silent: bool = False
    drips: bool = False
    received: list[dict[str, Any]] = field(default_factory=list)
    authorization: str | None = None
    url: str = ""
    gone: threading.Event = field(default_factory=threading.Event)


@contextmanager
def served(webhook: Webhook) -> Iterator[Webhook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            webhook.authorization = self.headers["Authorization"]
            webhook.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if webhook.silent:
                webhook.gone.wait()
                return
            while webhook.drips and not webhook.gone.wait(0.02):
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.send_response(webhook.answer)
            if webhook.location:
                self.send_header("Location", webhook.location)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    webhook.url = f"http://127.0.0.1:{server.server_address[1]}/services/{TOKEN}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield webhook
    finally:
        webhook.gone.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with served(Webhook()) as webhook:
        yield webhook


def settings(url: str | None = None, **values: Any) -> Settings:
    return Settings(alert_url=url, anthropic_api_key=KEY, **values)


@dg.op
def breaks() -> None:
    raise dg.Failure("the disk is full: 'plan.json'", allow_retries=False)


@dg.job(tags={"kind": "bulk"})
def breaking_job() -> None:
    breaks()


def failed_run(instance: dg.DagsterInstance, **tags: str) -> dg.DagsterRun:
    result = breaking_job.execute_in_process(instance=instance, tags=tags, run_config=QUIET, raise_on_error=False)
    return result.dagster_run


def look(sensor: dg.SensorDefinition, instance: dg.DagsterInstance, cursor: str | None) -> str | None:
    """One tick; returns the cursor for the next."""
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        return sensor.evaluate_tick(context).cursor


def test_a_failed_run_is_posted_once(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    sensor = alert_sensor(settings(webhook.url))
    cursor = look(sensor, instance, None)
    failed_run(instance)
    for _ in range(3):
        cursor = look(sensor, instance, cursor)
    assert len(webhook.received) == 1


def test_what_is_posted_says_what_failed_and_where_to_look(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    sensor = alert_sensor(settings(webhook.url))
    cursor = look(sensor, instance, None)
    run = failed_run(instance, plan_id="rider-1", arm="optimal", experiment="spring")
    look(sensor, instance, cursor)

    (alert,) = webhook.received
    assert alert.pop("host")
    assert alert == {
        "event": "run_failed",
        "job": "breaking_job",
        "run_id": run.run_id,
        "message": "the disk is full: 'plan.json'",
        "will_retry": False,
        "plan": "rider-1",
        "arm": "optimal",
        "experiment": "spring",
        "kind": "bulk",
        "text": "breaking_job failed: the disk is full: 'plan.json'",
    }


def test_it_is_logged_where_no_webhook_is_set(instance: dg.DagsterInstance, caplog: pytest.LogCaptureFixture) -> None:
    run = failed_run(instance, plan_id="rider-1")

    with caplog.at_level(logging.ERROR):
        notify(alert_of(run, "plan 'rider-1' is rejected", settings()), settings())

    (record,) = caplog.records
    assert record.getMessage().startswith("breaking_job failed: plan 'rider-1' is rejected plan=rider-1 ")
    assert f"run_id={run.run_id}" in record.getMessage()


def test_a_webhook_that_refuses_is_logged_and_stops_nothing(
    instance: dg.DagsterInstance, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.answer = 500
    with caplog.at_level(logging.ERROR):
        notify(alert_of(failed_run(instance), "broken", settings(webhook.url)), settings(webhook.url))

    assert "the webhook at 127.0.0.1 answered HTTP 500" in caplog.messages[-1]
    assert TOKEN not in caplog.text


def test_one_that_does_not_answer_is_given_up(webhook: Webhook) -> None:
    webhook.silent = True
    with pytest.raises(AlertError, match=r"127\.0\.0\.1 did not answer in time; check PLAN_PIPELINE_ALERT_URL"):
        post(webhook.url, {"text": "x"}, timeout_s=0.1)


def test_one_that_answers_little_by_little_and_never_ends_is_given_up(webhook: Webhook) -> None:
    webhook.drips = True
    with pytest.raises(AlertError, match=r"127\.0\.0\.1 did not answer in time"):
        post(webhook.url, {"text": "x"}, timeout_s=0.2)


def test_a_run_that_others_ended_is_told_of_with_what_was_noted_before(
    instance: dg.DagsterInstance, webhook: Webhook
) -> None:
    sensor = alert_sensor(settings(webhook.url))
    cursor = look(sensor, instance, None)
    run = instance.create_run_for_job(breaking_job, status=dg.DagsterRunStatus.STARTED)
    instance.report_engine_event("Run execution process was terminated by signal 9 (SIGKILL).", run)
    instance.report_run_failed(run)
    instance.report_engine_event("Retrying the run", run)

    look(sensor, instance, cursor)

    assert [alert["message"] for alert in webhook.received] == [
        "Run execution process was terminated by signal 9 (SIGKILL)."
    ]


def test_a_run_that_could_not_start_is_told_of_with_the_error(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    sensor = alert_sensor(settings(webhook.url))
    cursor = look(sensor, instance, None)
    run = instance.create_run_for_job(breaking_job, status=dg.DagsterRunStatus.STARTING)
    error = SerializableErrorInfo("ImportError: cannot import name 'gone'", [], "ImportError")
    instance.report_engine_event("Could not load job definition.", run, EngineEventData.engine_error(error))
    instance.report_run_failed(run)

    look(sensor, instance, cursor)

    assert "cannot import name 'gone'" in webhook.received[0]["message"]


def test_one_that_is_not_there_is_an_error_that_names_its_host_alone() -> None:
    with pytest.raises(
        AlertError, match=r"^the webhook at 127\.0\.0\.1 cannot be reached \(Connection refused\)"
    ) as error:
        post(f"http://user:{TOKEN}@127.0.0.1:9/{TOKEN}", {"text": "x"})
    assert TOKEN not in str(error.value)


def test_user_and_password_of_the_address_are_sent_as_such(webhook: Webhook) -> None:
    post(webhook.url.replace("http://", "http://ops:p%40ss@"), {"text": "x"})
    assert webhook.authorization == "Basic " + base64.b64encode(b"ops:p@ss").decode()


def test_a_redirect_is_not_followed(webhook: Webhook) -> None:
    with served(Webhook()) as elsewhere:
        webhook.answer, webhook.location = 307, elsewhere.url
        with pytest.raises(AlertError, match="HTTP 307"):
            post(webhook.url, {"text": "x"})
        assert elsewhere.received == []


def test_no_secret_is_told(instance: dg.DagsterInstance) -> None:
    url = f"https://hooks.example.org/services/{TOKEN}"
    message = f"key {KEY} refused by https://ops:{TOKEN}@proxy:8080; told {url}"

    said = json.dumps(alert_of(failed_run(instance), message, settings(url)))

    assert KEY not in said
    assert TOKEN not in said
    assert "refused by https://…@proxy:8080" in json.loads(said)["message"]


def test_a_long_error_is_cut(instance: dg.DagsterInstance) -> None:
    alert = alert_of(failed_run(instance), "x" * 10_000, settings())
    assert len(alert["message"]) == MAX_MESSAGE


def test_a_run_that_is_tried_again_says_so(instance: dg.DagsterInstance) -> None:
    run_id = failed_run(instance).run_id
    instance.add_run_tags(run_id, {"dagster/will_retry": "true"})
    run = instance.get_run_by_id(run_id)

    assert run is not None
    assert alert_of(run, "killed", settings())["will_retry"] is True


def test_the_sensor_is_on_from_the_start() -> None:
    assert alert_sensor(settings()).default_status is dg.DefaultSensorStatus.RUNNING
