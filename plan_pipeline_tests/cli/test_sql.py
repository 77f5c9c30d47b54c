"""`sql`: what the warehouse answers, as JSON, CSV and a table, whatever the values and however many."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.storage import samples

PLAN = "rider-042-century"

TYPES = {
    "BOOLEAN": "true",
    "TINYINT": "-128",
    "UBIGINT": "18446744073709551615",
    "HUGEINT": "-170141183460469231731687303715884105727",
    "UHUGEINT": "340282366920938463463374607431768211455",
    "BIGNUM": "123456789012345678901234567890123456789012345678901234567890",
    "DECIMAL(38,3)": "12345678901234567890123456789012345.678",
    "DOUBLE": "1.5",
    "FLOAT": "0.1",
}
"""Values that JSON has a literal for, by their type."""

AS_TEXT = {
    "''": "",
    "DATE 'infinity'": "infinity",
    "DATE '290000-01-01 (BC)'": "290000-01-01 (BC)",
    "DATE '12000-01-01'": "12000-01-01",
    "DATE '9999-12-31'": "9999-12-31",
    "TIMESTAMP '-infinity'": "-infinity",
    "TIMESTAMPTZ 'infinity'": "infinity",
    "TIMESTAMPTZ '2026-01-01 01:02:03.5+02'": "2025-12-31T23:02:03.500000+00:00",
    "TIMESTAMP '2026-01-01 01:02:03'": "2026-01-01T01:02:03",
    "TIMESTAMP_NS '2026-01-01 01:02:03.123456789'": "2026-01-01T01:02:03.123456789",
    "TIME '24:00:00'": "24:00:00",
    "TIMETZ '12:00:00+02'": "12:00:00+02:00",
    "INTERVAL '13 months 0.5 seconds'": "1 year 1 month 00:00:00.5",
    "INTERVAL '-400000 years'": "-400000 years",
    "'\\xAA\\x00'::BLOB": "\\xAA\\x00",
    "'10101'::BIT": "10101",
    "'68c755cc-dbd3-418e-8189-bbbe7d768be1'::UUID": "68c755cc-dbd3-418e-8189-bbbe7d768be1",
    """'{"a": [1, null]}'::JSON""": '{"a": [1, null]}',
    "'x'::ENUM('x', 'y')": "x",
}
NESTED = {
    "[1, NULL]": [1, None],
    "[1, 2]::INTEGER[2]": [1, 2],
    "row(1, 'b')": [1, "b"],
    "[TIMESTAMP '2026-01-01', NULL, 'infinity']": ["2026-01-01T00:00:00", None, "infinity"],
    """{'a': DATE 'infinity', 'b "': [INTERVAL 1 MONTH], 'c': NULL}""": {
        "a": "infinity",
        'b "': ["1 month"],
        "c": None,
    },
    "MAP {[1]: TIME '24:00:00', [2]: NULL}": {"[1]": "24:00:00", "[2]": None},
    "MAP {true: 0.1::FLOAT}": {"true": 0.1},
    "union_value(at := DATE 'infinity')": "infinity",
    "{'a': 1}::VARIANT": {"a": 1},
    "['nan'::DOUBLE]": [None],
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a warehouse and no plans."""
    data = DataFolder(tmp_path_factory.mktemp("sql") / "data")
    refresh_warehouse(data, samples.library())
    return data.root


def _columns(expressions: object) -> str:
    return "SELECT " + ", ".join(f"{expression} AS c{n}" for n, expression in enumerate(expressions))  # type: ignore[call-overload]


def test_a_query_gives_a_row_an_object(run: Run, generated: Path) -> None:
    query = "SELECT plan_id, count(*) AS weeks FROM current_plan_weeks GROUP BY plan_id ORDER BY plan_id"
    rows = run("--data", generated, "sql", query, "--json").json
    assert {"plan_id": PLAN, "weeks": 12} in rows
    assert run("--data", generated, "sql", query, "--format", "json").json == rows


def test_a_number_has_all_its_digits(run: Run, empty: Path) -> None:
    query = _columns(f"'{value}'::{kind}" for kind, value in TYPES.items())
    (row,) = json.loads(run("--data", empty, "sql", query, "--json").stdout, parse_float=Decimal)
    assert [str(value).lower() for value in row.values()] == list(TYPES.values())


def test_what_json_has_no_literal_for_is_text_as_duckdb_writes_it(run: Run, empty: Path) -> None:
    (row,) = run("--data", empty, "sql", _columns(AS_TEXT), "--json").json
    assert dict(zip(AS_TEXT, row.values(), strict=True)) == AS_TEXT


def test_lists_structures_and_maps_are_those_of_json(run: Run, empty: Path) -> None:
    (row,) = run("--data", empty, "sql", _columns(NESTED), "--json").json
    assert dict(zip(NESTED, row.values(), strict=True)) == NESTED


def test_a_null_is_a_null_in_a_column_of_any_type(run: Run, empty: Path) -> None:
    kinds = [*TYPES, "VARCHAR", "DATE", "TIMESTAMPTZ", "TIME", "INTERVAL", "BLOB", "UUID", "JSON", "INTEGER[]"]
    asked = _columns(f"NULL::{kind}" for kind in (*kinds, "STRUCT(a DATE)", "MAP(DATE, TIME)", "TIMESTAMP[2]"))
    values = ", ".join(("1::INTEGER AS i", "DATE '2027-01-04' AS d"))
    (row,) = run("--data", empty, "sql", asked, "--json").json
    assert set(row.values()) == {None}
    mixed = run("--data", empty, "sql", f"SELECT {values} UNION ALL SELECT NULL, NULL", "--json").json
    assert mixed == [{"i": 1, "d": "2027-01-04"}, {"i": None, "d": None}]


def test_what_is_no_number_is_null_in_json_and_named_elsewhere(run: Run, empty: Path) -> None:
    query = "SELECT 'nan'::DOUBLE AS a, '-inf'::FLOAT AS b"
    assert run("--data", empty, "sql", query, "--json").json == [{"a": None, "b": None}]
    assert run("--data", empty, "sql", query, "--format", "csv").stdout == "a,b\nnan,-inf\n"


def test_a_query_without_rows_is_an_empty_array_or_a_heading(run: Run, empty: Path) -> None:
    query = "SELECT week, errors FROM plan_weeks"
    assert run("--data", empty, "sql", query, "--json").json == []
    assert run("--data", empty, "sql", query, "--format", "csv").stdout == "week,errors\n"
    assert run("--data", empty, "sql", query).stdout.endswith("0 rows\n")


def test_csv_tells_null_from_empty_text_and_quotes_what_would_break_a_line(run: Run, empty: Path) -> None:
    query = """SELECT NULL AS none, '' AS nothing, 'a,b' AS comma, 'say "x"' AS quotes, E'two\\nlines' AS "li,nes",
               true AS yes, [1, 2] AS list, 1.50 AS exact, -1 AS below"""
    text = run("--data", empty, "sql", query, "--format", "csv").stdout
    assert text == (
        'none,nothing,comma,quotes,"li,nes",yes,list,exact,below\n'
        ',"","a,b","say ""x""","two\nlines",true,"[1, 2]",1.50,-1\n'
    )
    assert list(csv.reader(io.StringIO(text, newline="")))[1][3:5] == ['say "x"', "two\nlines"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@"])
def test_text_that_a_spreadsheet_would_run_stays_text_in_csv(begin: str, run: Run, empty: Path) -> None:
    ended = run("--data", empty, "sql", f"SELECT '{begin}HYPERLINK(1)' AS goal", "--format", "csv")
    assert ended.stdout == f"goal\n'{begin}HYPERLINK(1)\n"


def test_two_formats_at_once_are_bad_usage(run: Run, empty: Path) -> None:
    ended = run("--data", empty, "sql", "SELECT 1", "--json", "--format", "csv")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "leave out one" in ended.stderr


def test_a_query_is_a_table_for_people(run: Run, empty: Path) -> None:
    ended = run("--data", empty, "sql", "SELECT 'a' AS letter, 1 AS figure, NULL AS nothing, [1.50] AS list")
    assert [line.split() for line in ended.stdout.splitlines() if "─" not in line] == [
        ["letter", "figure", "nothing", "list"],
        ["a", "1", "NULL", "[1.50]"],
        ["1", "row"],
    ]


def test_a_table_in_a_pipe_has_a_line_a_row_however_wide(run: Run, generated: Path) -> None:
    shown = run("--data", generated, "sql", "FROM plan_weeks LIMIT 40").stdout.splitlines()
    assert len(shown) == 43
    assert max(map(len, shown)) > 200


def test_text_too_wide_for_the_terminal_is_folded_between_words(run: Run, empty: Path) -> None:
    query = (
        "SELECT 'rider-1' AS plan_id, repeat('hard days in a row ', 8) AS reasons, 3 AS weeks_that_were_not_published"
    )
    shown = run("--data", empty, "sql", query, COLUMNS="60").stdout
    assert "row 1" not in shown and max(map(len, shown.splitlines())) <= 60
    assert " ".join(shown.split()).count("hard") == 8
    assert shown.count("published") == 1


@pytest.mark.parametrize("columns", ["24", "80", "120"])
def test_a_table_with_too_many_columns_lies_on_its_side(columns: str, run: Run, generated: Path) -> None:
    shown = run("--data", generated, "sql", "SELECT * FROM plan_weeks LIMIT 2", COLUMNS=columns).stdout
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert "row 1" in shown and "row 2" in shown
    assert ("row 2" in shown.splitlines()[0]) == (columns != "24")
    assert ("structure_preserved   true" in shown) == (columns != "24")


def test_a_line_break_in_a_value_does_not_break_the_table(run: Run, empty: Path) -> None:
    query = "SELECT E'two\\nlines\\tand' || chr(8232) || 'more' || chr(7) AS name, 'b' AS next"
    shown = run("--data", empty, "sql", query).stdout.splitlines()
    assert shown[2] == " two\\nlines\\tand\\u2028more\\x07  b"
    assert len(shown) == 4


def test_wide_letters_count_for_what_they_take(run: Run, empty: Path) -> None:
    shown = run("--data", empty, "sql", "SELECT '日本' AS a, 1 AS b UNION ALL SELECT 'rider', 22").stdout.splitlines()
    assert shown[2:4] == [" 日本    1", " rider  22"]


def test_an_explanation_is_drawn_as_duckdb_draws_it(run: Run, generated: Path) -> None:
    shown = run("--data", generated, "sql", "EXPLAIN SELECT count(*) FROM plan_weeks", COLUMNS="40").stdout
    assert shown.startswith("╭─")
    assert "explain_key" not in shown
    assert run("--data", generated, "sql", "EXPLAIN SELECT 1", "--json").json[0]["explain_key"] == "physical_plan"


def test_two_columns_of_one_name_are_both_shown_but_no_object_can_have_them(run: Run, generated: Path) -> None:
    query = "SELECT 1 AS a, 2 AS a, DATE 'infinity' AS b"
    assert run("--data", generated, "sql", query, "--format", "csv").stdout == "a,a,b\n1,2,infinity\n"
    ended = run("--data", generated, "sql", query, "--json")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "two columns the name a; rename one with AS" in ended.stderr


def test_the_order_of_a_query_is_kept(run: Run, empty: Path) -> None:
    query = "SELECT range AS n, DATE '2027-01-01' + range::INTEGER AS day FROM range(30000) ORDER BY hash(range)"
    asked = run("--data", empty, "sql", query, "--json").json
    assert [row["n"] for row in asked] == [
        row["n"] for row in run("--data", empty, "sql", query.replace("DATE '2027-01-01' +", ""), "--json").json
    ]


@pytest.mark.parametrize("query", ["SELECT 1;", "SELECT 1 -- and why", "SELECT 1; -- é;", ";SELECT $$1;$$ IS NULL;;"])
def test_a_semicolon_and_a_comment_do_no_harm(query: str, run: Run, empty: Path) -> None:
    asked = query.replace("SELECT ", "SELECT DATE 'infinity' AS day, ", 1)
    assert run("--data", empty, "sql", asked, "--json").json[0]["day"] == "infinity"


def test_a_query_cannot_read_files(run: Run, generated: Path) -> None:
    assert run("--data", generated, "sql", "SELECT * FROM read_text('/etc/hostname')").exit_code == 2


def test_a_query_that_fails_on_the_way_prints_nothing_of_its_answer(run: Run, empty: Path) -> None:
    ended = run("--data", empty, "sql", "SELECT if(range = 9000, error('stop'), range) FROM range(10000)", "--json")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "stop" in ended.stderr


def test_a_query_without_a_warehouse_says_how_to_get_one(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "sql", "SELECT 1")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "generate a plan first" in ended.stderr


def test_a_terminal_gets_nothing_of_an_answer_that_it_would_act_upon(empty: Path) -> None:
    ours, its = pty.openpty()
    asked = ["--data", str(empty), "sql", "SELECT chr(27) || '[31mred' AS name", "--format", "csv"]
    program = [sys.executable, "-c", "from plan_pipeline.cli import main; main()", *asked]
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        done = subprocess.run(program, stdout=its, stderr=subprocess.PIPE, check=True, timeout=300)
        os.close(its)
        written = terminal.read(4096)
    assert (done.stderr, written.split()) == (b"", [b"name", b"\\x1b[31mred"])
