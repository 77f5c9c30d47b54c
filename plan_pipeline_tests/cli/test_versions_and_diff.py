"""`versions` and `diff`: what was published of a plan, and what changed."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline_tests.cli.conftest import EXAMPLES, Run, kept
from plan_pipeline_tests.core.builders import real_config

PLAN = "rider-042-century"
FIRST, SECOND, THIRD = (f"2027010{day}T000000000Z-{day}" for day in (1, 2, 3))


@pytest.fixture
def store(tmp_path: Path, published: PlanStore) -> PlanStore:
    """The same in a folder that may be changed."""
    shutil.copytree(published.data.root, tmp_path / "data")
    return PlanStore(DataFolder(tmp_path / "data"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, library: Library) -> PlanStore:
    """A plan that was published for an FTP of 265 W, for one of 275 W, and then for an hour more."""
    store = PlanStore(DataFolder(tmp_path_factory.mktemp("published") / "data"))
    content = yaml.safe_load((EXAMPLES / f"{PLAN}.yaml").read_text())
    for generation_id in (FIRST, SECOND, THIRD):
        at = dt.datetime(2027, 1, int(generation_id[7]), tzinfo=dt.UTC)
        stamp = Stamp(generation_id=generation_id, generated_at=at, code_version="0.1.0")
        kept(
            store,
            generate_plan(PlanRequest.model_validate(content), library, real_config(), stamp=stamp),
            library,
            stamp,
        )
        content["athlete_profile"]["ftp"] = 275
        content["athlete_profile"]["training_availability"]["hours_per_week"] += generation_id == SECOND
    return store


def altered(path: Path, was: str, now: str) -> None:
    content = path.read_text()
    assert was in content
    path.unlink()
    path.write_text(content.replace(was, now, 1))


def test_versions_are_listed_newest_first_with_what_each_changed(run: Run, store: PlanStore) -> None:
    found = run("--data", store.data.root, "versions", PLAN, "--json").json
    assert found["published"] == THIRD
    assert [version["generation_id"] for version in found["versions"]] == [THIRD, SECOND, FIRST]
    assert [version["published"] for version in found["versions"]] == [True, False, False]
    assert "hours per week 8 → 9; " in found["versions"][0]["changed"]
    assert found["versions"][1]["changed"] == "FTP 265 → 275"
    assert found["versions"][2]["changed"] is None
    assert all(version["arm"] == "optimal" and version["library_version"] for version in found["versions"])

    shown = run("--data", store.data.root, "versions", PLAN, COLUMNS="80").stdout
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert f"{THIRD}  published" in shown


def test_without_names_the_published_plan_is_compared_with_the_version_before(run: Run, store: PlanStore) -> None:
    ended = run("--data", store.data.root, "diff", PLAN)
    assert ended.exit_code == 0
    assert f"{SECOND} → {THIRD}" in ended.stdout
    assert "hours per week 8 → 9" in ended.stdout
    assert "week 2: 8 h → 9 h, 8 h → 9 h wanted" in ended.stdout
    assert "week 2 Tuesday: " in ended.stdout

    found = run("--data", store.data.root, "diff", PLAN, "--json").json
    assert (found["before"]["generation_id"], found["after"]["generation_id"]) == (SECOND, THIRD)
    assert [fact["field"] for fact in found["request"]] == ["athlete_profile.training_availability.hours_per_week"]
    assert found["weeks"][1]["facts"][0] == {"field": "actual_hours", "before": 8.0, "after": 9.0, "text": "8 h → 9 h"}


def test_any_two_versions_are_compared_in_the_order_they_are_named(run: Run, store: PlanStore) -> None:
    found = run("--data", store.data.root, "diff", PLAN, SECOND, FIRST[:8], "--json").json
    assert [fact["text"] for fact in found["request"]] == ["FTP 275 → 265"]
    assert found["weeks"] == []


def test_one_name_is_compared_with_the_published_plan(run: Run, store: PlanStore) -> None:
    found = run("--data", store.data.root, "diff", PLAN, FIRST, "--json").json
    assert (found["before"]["generation_id"], found["after"]["generation_id"]) == (FIRST, THIRD)


def test_a_version_and_itself_do_not_differ(run: Run, store: PlanStore) -> None:
    ended = run("--data", store.data.root, "diff", PLAN, FIRST, FIRST)
    assert (ended.exit_code, "Nothing changed" in ended.stdout) == (0, True)
    assert run("--data", store.data.root, "diff", PLAN, FIRST, FIRST, "--json").json["changed"] is False


@pytest.mark.parametrize(("name", "said"), [("2027", "3 versions that begin with"), ("2026", "no version '2026'")])
def test_a_name_of_no_or_several_versions_is_refused_with_those_there_are(
    name: str, said: str, run: Run, store: PlanStore
) -> None:
    ended = run("--data", store.data.root, "diff", PLAN, name)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert FIRST in ended.stderr


def test_after_a_rollback_it_is_told_and_compared_with_what_was_in_place(run: Run, store: PlanStore) -> None:
    roll_back(store, PLAN, to=FIRST, now=dt.datetime(2027, 1, 4, tzinfo=dt.UTC))
    found = run("--data", store.data.root, "versions", PLAN, "--json").json
    assert (found["published"], found["rolled_back_from"]) == (FIRST, THIRD)
    assert f"{FIRST}  rolled back to" in run("--data", store.data.root, "versions", PLAN).stdout

    found = run("--data", store.data.root, "diff", PLAN, "--json").json
    assert (found["before"]["generation_id"], found["after"]["generation_id"]) == (THIRD, FIRST)


def test_a_plan_of_one_version_has_nothing_to_be_compared_with(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "diff", PLAN)
    assert (ended.exit_code, "no version before" in ended.stdout) == (0, True)


def test_an_altered_version_is_named_and_not_compared(run: Run, store: PlanStore) -> None:
    path = store.data.plan_folder(PLAN) / "versions" / f"{SECOND}.json"
    altered(path, '"ftp": 275', '"ftp": 276')
    ended = run("--data", store.data.root, "versions", PLAN)
    assert ended.exit_code == 0
    assert f"{SECOND}  damaged" in ended.stdout
    assert f"{path} is damaged (training_plan was changed after" in ended.stderr

    ended = run("--data", store.data.root, "diff", PLAN, SECOND, FIRST)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"{path} is damaged (training_plan was changed after" in ended.stderr


def test_a_damaged_published_plan_is_named_with_the_remedy(run: Run, store: PlanStore) -> None:
    path = store.data.plan_folder(PLAN) / "plan.json"
    path.unlink()
    path.write_text('{"training_plan":')
    for command in ("versions", "diff"):
        stderr = run("--data", store.data.root, command, PLAN).stderr
        assert f"{path} is damaged" in stderr
        assert f"plan-pipeline rollback {PLAN}" in stderr
    assert run("--data", store.data.root, "diff", PLAN, FIRST, SECOND).exit_code == 0


def test_a_plan_that_was_never_published_has_no_versions(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "versions", "rider-900-too-much")
    assert (ended.exit_code, "No version" in ended.stdout) == (0, True)
    assert run("--data", generated, "diff", "rider-900-too-much").exit_code == 1
