"""`page`: a plan as a file to open in a browser, written where it lies for everybody or where one is asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plan_pipeline_tests.cli.conftest import Run, contents

PLAN = "rider-042-century"


@pytest.fixture
def folder(generated: Path, tmp_path: Path) -> Path:
    """A data folder with some plans, to be changed."""
    for name in (PLAN, "rider-108-first-season", "rider-900-too-much"):
        shutil.copytree(generated / "plans" / name, tmp_path / "data" / "plans" / name)
    return tmp_path / "data"


def test_the_page_of_a_plan_lies_below_pages_and_stdout_says_where(run: Run, folder: Path) -> None:
    ended = run("--data", folder, "page", PLAN)
    assert (ended.exit_code, ended.stdout) == (0, f"{folder}/pages/plans/{PLAN}.html\n")
    assert "Spring Century" in (folder / "pages" / "plans" / f"{PLAN}.html").read_text()


def test_a_page_that_would_come_out_as_it_is_is_left_alone(run: Run, folder: Path) -> None:
    run("--data", folder, "page", PLAN)
    before = contents(folder)
    run("--data", folder, "page", PLAN)
    assert contents(folder) == before


def test_a_page_can_be_written_elsewhere(run: Run, folder: Path, tmp_path: Path) -> None:
    ended = run("--data", folder, "page", PLAN, "--output", tmp_path / "mine.html")
    assert ended.stdout == f"{tmp_path / 'mine.html'}\n"
    assert (tmp_path / "mine.html").read_text().startswith("<!doctype html>")
    assert not (folder / "pages").exists()


def test_the_exported_page_is_that_of_the_plan_without_what_else_the_library_has(run: Run, folder: Path) -> None:
    run("--data", folder, "page", PLAN)
    page = (folder / "pages" / "plans" / f"{PLAN}.html").read_text()
    exported = run("--data", folder, "export", PLAN, "--format", "html").stdout
    assert "What else could stand here" in page and "What else could stand here" not in exported
    assert exported.count('popover id="') == page.count('popover id="')


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("rider-42-century", f"there is no plan 'rider-42-century'; did you mean {PLAN}"),
        ("rider-900-too-much", "plan 'rider-900-too-much' has no published plan; its last generation ended as infeas"),
    ],
)
def test_what_has_no_page_is_answered_with_the_reason(run: Run, folder: Path, plan: str, message: str) -> None:
    ended = run("--data", folder, "page", plan)
    assert (ended.exit_code, ended.stdout) != (0, "")
    assert message in ended.stderr


def test_all_active_plans_get_pages_with_one_to_find_them_on(run: Run, folder: Path) -> None:
    ended = run("--data", folder, "page", "--all-active")
    assert (ended.exit_code, ended.stdout) == (0, f"{folder}/pages/index.html\n")
    assert "5 of 5 pages written" in ended.stderr
    start = (folder / "pages" / "index.html").read_text()
    assert f'<a href="plans/{PLAN}.html">' in start and "rider-900-too-much" in start and 'href="library.html"' in start


def test_pages_of_all_plans_that_would_come_out_as_they_are_are_left_alone(run: Run, folder: Path) -> None:
    run("--data", folder, "page", "--all-active")
    before = contents(folder)
    assert "0 of 5 pages written" in run("--data", folder, "page", "--all-active").stderr
    assert contents(folder) == before


@pytest.mark.parametrize("arguments", [(), (PLAN, "--all-active"), ("--all-active", "--output", "x.html")])
def test_one_plan_or_all_of_them_is_asked_for(run: Run, folder: Path, arguments: tuple[str, ...]) -> None:
    ended = run("--data", folder, "page", *arguments)
    assert ended.exit_code == 2
    assert "--all-active" in ended.stderr or "--output" in ended.stderr


def test_two_versions_can_be_compared_on_a_page(run: Run, folder: Path, tmp_path: Path) -> None:
    ended = run("--data", folder, "diff", PLAN, "--html", tmp_path / "two.html")
    assert (ended.exit_code, "has one version" in ended.stderr) == (2, True)
    (version,) = (folder / "plans" / PLAN / "versions").iterdir()
    ended = run("--data", folder, "diff", PLAN, version.stem, "--html", tmp_path / "two.html")
    assert ended.exit_code == 0
    assert "Nothing changed." in (tmp_path / "two.html").read_text()
