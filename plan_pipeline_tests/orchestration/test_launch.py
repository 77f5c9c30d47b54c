"""Launching from a program: records for every request, the UI's jobs, no noise, and no harm when it is cut short."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration import launch
from plan_pipeline.orchestration.dagster_internals.own_process import LOCATION
from plan_pipeline.orchestration.run_tags import PLAN_TAG
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.orchestration.launched import start
from plan_pipeline_tests.orchestration.world import ROOT, infeasible_request, rejected_request, request

LIBRARY = ROOT / "workout_library"
DEADLINE_S = 60.0


@pytest.fixture
def home(data: DataFolder) -> Iterator[dg.DagsterInstance]:
    with launch.dagster_instance(data) as instance:
        yield instance


def generate(data: DataFolder, instance: dg.DagsterInstance, *requests: object, **extra: object) -> list[PlanRecord]:
    return launch.generate_plans(requests, data=data, library=LIBRARY, instance=instance, **extra)  # type: ignore[arg-type]


def batch(data: DataFolder, instance: dg.DagsterInstance, *requests: object, **extra: object) -> list[PlanRecord]:
    return launch.batch_plans(requests, data=data, library=LIBRARY, instance=instance, **extra)  # type: ignore[arg-type]


def test_dagsters_home_is_in_the_data_folder_with_the_projects_settings(
    data: DataFolder, home: dg.DagsterInstance
) -> None:
    assert Path(home.root_directory) == data.root / ".dagster"
    assert (data.root / ".dagster" / "dagster.yaml").read_text() == (ROOT / "dagster.yaml").read_text()
    assert not home.telemetry_enabled


def test_each_request_has_a_record_in_order_and_is_heard_of_when_it_is_done(
    data: DataFolder, home: dg.DagsterInstance
) -> None:
    heard: list[str] = []
    requests = [request("good", weeks=4), infeasible_request("never"), rejected_request("short")]

    records = generate(data, home, *requests, on_progress=lambda plan_id, _record: heard.append(plan_id))

    assert [(r.plan_id, r.status.value) for r in records] == [
        ("good", "published"),
        ("never", "infeasible"),
        ("short", "rejected"),
    ]
    assert heard == ["good", "never", "short"]
    assert "Tuesday is capped at 60 min" in records[1].reasons[0]
    assert records[0].path == str(data.plans / "good" / "plan.json")


def shown_on_page_of(instance: dg.DagsterInstance, job: str) -> list[dg.DagsterRun]:
    """The runs that the page of a job lists: it asks for those of the code location that it shows."""
    shown = {".dagster/repository": f"__repository__@{LOCATION}"}
    return list(instance.get_runs(dg.RunsFilter(job_name=job, tags=shown)))


def test_each_plan_is_a_run_of_the_job_that_people_launch(data: DataFolder, home: dg.DagsterInstance) -> None:
    generate(data, home, request("a", weeks=4), infeasible_request("b"))

    runs = shown_on_page_of(home, "generate_plan")
    assert {run.tags[PLAN_TAG]: run.status for run in runs} == {
        "a": dg.DagsterRunStatus.SUCCESS,
        "b": dg.DagsterRunStatus.FAILURE,
    }
    assert [run.status for run in shown_on_page_of(home, "check_library")] == [dg.DagsterRunStatus.SUCCESS]
    marked = home.get_materialized_partitions(dg.AssetKey("final_plan"))
    assert marked == {f"a|{week:02}" for week in range(1, 5)} | {f"b|{week:02}" for week in range(1, 7)}


def test_the_warehouse_is_fresh_and_marked_and_the_library_recorded(data: DataFolder, home: dg.DagsterInstance) -> None:
    generate(data, home, request(weeks=4))

    assert len(query(data, "SELECT * FROM current_plan_weeks")) == 4
    for asset in ("metrics_warehouse", "workout_library"):
        assert home.get_latest_materialization_event(dg.AssetKey(asset)) is not None


def test_the_second_time_no_plan_changes(data: DataFolder, home: dg.DagsterInstance) -> None:
    first = generate(data, home, request(weeks=4))
    published = (data.plans / "rider" / "plan.json").read_bytes()

    second = generate(data, home, request(weeks=4))

    assert [first[0].changed, second[0].changed] == [True, False]
    assert first[0].content_hash == second[0].content_hash
    assert (data.plans / "rider" / "plan.json").read_bytes() == published


def test_in_bulk_the_plans_come_out_the_same(data: DataFolder, home: dg.DagsterInstance, tmp_path: Path) -> None:
    requests = [request(f"r{number}", weeks=4, hours=5 + number) for number in range(3)]
    one_by_one = generate(data, home, *requests)

    other = DataFolder(tmp_path / "other")
    with launch.dagster_instance(other) as instance:
        in_bulk = batch(other, instance, *requests, chunk_size=2)
        runs = shown_on_page_of(instance, "regenerate_plans")

    assert [r.content_hash for r in in_bulk] == [r.content_hash for r in one_by_one]
    assert len(runs) == 2
    assert len(query(other, "SELECT * FROM current_plans")) == 3


def test_a_home_elsewhere_with_the_settings_of_an_earlier_release_is_named_with_the_remedy(
    data: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    config = tmp_path / "dagster.yaml"
    config.write_text("event_log_storage: {module: plan_pipeline.orchestration.event_log, class: X}\n")
    with pytest.raises(launch.LaunchError, match=r"dagster.yaml is of an earlier release: .* copy the project's"):
        launch.dagster_home(data)

    config.write_bytes((ROOT / "dagster.yaml").read_bytes())
    assert launch.dagster_home(data) == tmp_path


def test_the_home_in_the_data_folder_has_the_settings_of_this_release_whoever_names_it(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = data.root / ".dagster"
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("event_log_storage: {module: plan_pipeline.orchestration.event_log, class: X}")
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    assert launch.dagster_home(data) == home
    assert (home / "dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()


def test_in_bulk_a_bad_plan_is_a_record_among_the_others(data: DataFolder, home: dg.DagsterInstance) -> None:
    records = batch(data, home, infeasible_request("a"), request("b", weeks=4))
    assert [record.status for record in records] == [PlanStatus.INFEASIBLE, PlanStatus.PUBLISHED]


def test_nothing_is_written_to_the_terminal(
    data: DataFolder, home: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
) -> None:
    generate(data, home, request(weeks=4), rejected_request("short"))
    batch(data, home, request(weeks=4), rejected_request("short"))

    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_library_that_is_not_good_is_refused_before_anything_is_written(
    data: DataFolder, home: dg.DagsterInstance, tmp_path: Path
) -> None:
    with pytest.raises(LibraryError):
        launch.generate_plans([request()], data=data, library=tmp_path / "nowhere", instance=home)
    assert not data.plans.exists()


def test_no_request_is_no_run(data: DataFolder, home: dg.DagsterInstance) -> None:
    assert generate(data, home) == []
    assert batch(data, home) == []


# --- cut short, and at the same time ------------------------------------------------------------------------


def first_line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def check_whole(data: DataFolder) -> None:
    """Every published plan can be read, and so can every fact."""
    store = PlanStore(data)
    for plan_id in store.plan_ids():
        store.load_plan(plan_id)


def test_two_programs_at_once_do_each_others_plans_no_harm(data: DataFolder) -> None:
    programs = [start(data, "generate", 2, 4), start(data, "batch", 2, 4)]
    outputs = [program.communicate(timeout=DEADLINE_S) for program in programs]

    assert [program.returncode for program in programs] == [0, 0], outputs
    assert [sorted(out.splitlines()) for out, _ in outputs] == [["rider-0 published", "rider-1 published"]] * 2
    made, confirmed = (len(query(data, f"FROM plan_{of}")) for of in ("generations", "confirmations"))
    assert made + confirmed == 4
    assert made >= 2
    assert len(list((data.plans / "rider-0" / "versions").iterdir())) == 1


@pytest.mark.parametrize(("how", "number"), [("generate", signal.SIGINT), ("batch", signal.SIGHUP)])
def test_an_interrupted_program_ends_its_run_and_keeps_the_plans_it_finished(
    data: DataFolder, how: str, number: signal.Signals
) -> None:
    program = start(data, how, 200, 12)
    try:
        assert first_line(program) == "rider-0 published"
        program.send_signal(number)
        _, errors = program.communicate(timeout=DEADLINE_S)
    finally:
        program.kill()

    assert program.returncode == 128 + number, errors
    assert errors == ""
    check_whole(data)
    with launch.dagster_instance(data) as instance:
        assert {run.status for run in instance.get_runs()} <= {
            dg.DagsterRunStatus.SUCCESS,
            dg.DagsterRunStatus.FAILURE,
        }
        assert "rider-0|12" in instance.get_materialized_partitions(dg.AssetKey("final_plan"))
    assert list((data.facts / "plan_generations").glob("part-*.parquet"))


def test_the_run_of_a_killed_program_is_ended_by_the_next_one(data: DataFolder) -> None:
    program = start(data, "batch", 200, 12)
    try:
        assert first_line(program) == "rider-0 published"
    finally:
        program.kill()
    program.communicate()
    check_whole(data)

    with launch.dagster_instance(data) as instance:
        (left,) = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        records = generate(data, instance, request("rider-0", weeks=4))
        ended = instance.get_run_by_id(left.run_id)

    assert records[0].status is PlanStatus.PUBLISHED
    assert ended is not None
    assert ended.status is dg.DagsterRunStatus.FAILURE
    assert ended.tags["dagster/will_retry"] == "false", "its program's user decides whether it goes on"
