"""`cohort`: the same bytes for the same arguments, readable as requests."""

from pathlib import Path

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.storage.requests.request_files import read_all
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.core.builders import real_config


def test_the_same_arguments_give_the_same_bytes(run: Run) -> None:
    arguments = ("cohort", "--athletes", "20", "--seed", "7")
    assert run(*arguments).stdout == run(*arguments).stdout


def test_a_cohort_can_be_read_back_as_requests(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cohort.jsonl"
    assert run("cohort", "--athletes", "50", "--seed", "7", "-o", path).exit_code == 0
    assert [request.plan_id for request in read_all([path])][:2] == ["cohort-s7-00001", "cohort-s7-00002"]


def test_a_file_holds_what_stdout_would(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cohort.jsonl"
    printed = run("cohort", "--athletes", "5", "--seed", "3")
    written = run("cohort", "--athletes", "5", "--seed", "3", "-o", path)
    assert (path.read_text(), written.stdout) == (printed.stdout, "")


def test_every_goal_and_event_type_in_it_is_one_of_the_configuration(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cohort.jsonl"
    run("cohort", "--athletes", "50", "--seed", "7", "-o", path)
    requests = read_all([path], {Sport.CYCLING: real_config()})
    assert any(request.goal for request in requests)
    assert any(request.time_off for request in requests)
    assert any(request.events for request in requests)


def test_a_configuration_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    ended = run("cohort", "--athletes", "1", "--seed", "7", PLAN_PIPELINE_CONFIG=str(tmp_path))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "levels.yaml" in ended.stderr
