"""``plan-pipeline paces``: tables for people, the contract's JSON, and plain messages for what is no race."""

from __future__ import annotations

import datetime as dt
import re
import shlex

import pytest

from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.core.builders import ROOT

RACE = ("--race", "10 km 41:20")


def test_a_race_gives_a_table_of_paces_and_one_of_races(run: Run) -> None:
    ended = run("paces", *RACE)
    assert ended.exit_code == 0
    lines = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    assert lines[0] == "VDOT 49.99, threshold pace 4:15/km: from 10 km in 41:20"
    assert "easy 5:07–5:38 8:14–9:04 75.4–83.1 62–70 % of VDOT, Daniels" in lines
    assert "threshold 4:15 6:51 100.0 88 % of VDOT, Daniels" in lines
    assert "repetition 3:40 5:54 88 s 116.1 interval less 6 s per 400 m, Daniels" in lines
    assert "half marathon 1:31:32 4:20 6:59 98.0 Daniels & Gilbert 1979" in lines
    assert "marathon, < 60 km/week 3:22:23 4:48 7:43 88.7 exponent 1.15 from the half on, Fetcheveryone" in lines


def test_the_json_has_what_the_contract_names(run: Run) -> None:
    found = run("paces", *RACE, "--json").json
    assert found["vdot"] == 49.99
    assert found["threshold_pace_s_per_km"] == 255.2
    assert found["equivalent_s"] == {"5k": 1196.2, "10k": 2480.0, "half_marathon": 5492.1, "marathon": 11441.5}
    easy = {"slow_s_per_km": 338.3, "fast_s_per_km": 307.0, "slow": "5:38/km", "fast": "5:07/km"}
    assert easy.items() <= found["paces"]["easy"].items()
    assert found["paces"].keys() == {"easy", "marathon", "threshold", "interval", "repetition"}
    assert found["sources"]["vdot"] == "Daniels & Gilbert 1979"
    assert len(found["warnings"]) == 1


def test_warnings_are_beside_the_tables_and_in_the_json(run: Run) -> None:
    question = (*RACE, "--date", "2020-05-01", "--goal", "marathon 2:40:00", "--weeks", "8", "--weekly-km", "55")
    ended = run("paces", *question)
    assert ended.exit_code == 0
    assert "Note: the result of 2020-05-01 is" in ended.stderr
    assert "out of reach within 8 weeks" in ended.stderr
    assert "on 55 km a week a marathon of 3:22:23 is nearer than 3:10:08" in ended.stderr
    assert "goal: marathon" in ended.stdout
    as_json = run("paces", *question, "--json")
    assert (as_json.stderr, len(as_json.json["warnings"])) == ("", 3)


def test_miles_come_first_where_they_are_asked_for(run: Run) -> None:
    ended = run("paces", *RACE, "--units", "imperial")
    assert "threshold pace 6:51/mi" in ended.stdout
    assert ended.stdout.index("per mi") < ended.stdout.index("per km")
    assert run("paces", *RACE, "--units", "miles", "--json").json["paces"]["easy"]["slow"] == "9:04/mi"


def test_critical_speed_is_shown_where_it_was_found(run: Run) -> None:
    ended = run("paces", "--race", "1200 m 4:10", "--race", "3600 m 14:10")
    assert "Critical speed 4.000 m/s, D′ 200 m" in ended.stdout


def test_nothing_is_cut_off_in_eighty_columns(run: Run) -> None:
    ended = run("paces", *RACE, COLUMNS="80")
    assert "…" not in ended.stdout
    assert all(len(line) <= 80 for line in ended.stdout.splitlines())


def test_the_page_shows_what_the_command_prints(run: Run) -> None:
    page = (ROOT / "docs" / "paces.md").read_text(encoding="utf-8")
    command, shown = re.findall(r"^```\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)[:2]
    ended = run(*shlex.split(command)[1:])
    printed = [line.rstrip() for line in (ended.stdout + ended.stderr).splitlines()]
    assert printed == shown.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--race: paces follow from one of three"),
        (("--race", "5k"), "--race: '5k' is not read as a distance and a time; write a distance and a time, such as"),
        (("--race", "5k 11:00"), "--race: 5 km in 11.0 min is faster than any record; check distance and time"),
        (("--race", "5k 0:00"), "--race: '5k 0:00' takes no time"),
        (("--race", "9" * 5000), "is too long"),
        (("--test", "10 min 3 km"), "--test: a test of 10 min is outside 20 to 60 min"),
        (("--threshold-pace", "4.15"), "--threshold-pace: '4.15' is not read as a pace; write 4:15/km"),
        ((*RACE, "--test", "30 min 7.2 km"), "--test: paces follow from one of three"),
        ((*RACE, "--goal", "fast"), "--goal: 'fast' is not read"),
        ((*RACE, "--units", "furlong"), "--units: 'furlong' is no unit; use km or mile"),
        ((*RACE, "--weekly-km", "nan"), "--weekly-km: weekly kilometres cannot be nan"),
        ((*RACE, "--weekly-km", "-3"), "--weekly-km: weekly kilometres cannot be -3"),
        ((*RACE, "--date", "1 May"), "--date"),
        ((*RACE, "--date", str(dt.date.today() + dt.timedelta(days=2))), "is still to come"),
    ],
)
def test_bad_input_ends_in_exit_2_and_names_the_option_and_the_remedy(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    ended = run("paces", *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert message in ended.stderr
