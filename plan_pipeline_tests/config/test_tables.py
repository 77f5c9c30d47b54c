"""What a configuration says can be read as tables, in a terminal and in the documentation."""

from plan_pipeline.config import load_config
from plan_pipeline.config.tables import TABLES, TextTable, fields, minutes, phases
from plan_pipeline.shipped import shipped

CONFIG = load_config(shipped("config"))


def row(table: TextTable, name: str) -> dict[str, str]:
    """A row by its first cell, by the names of its columns."""
    return next(dict(zip(table.names, cells, strict=True)) for cells in table.rows if cells[0] == name)


def test_every_table_has_a_cell_for_each_name() -> None:
    for say in TABLES.values():
        names, rows = say(CONFIG)
        assert rows or not CONFIG.rules
        assert {len(cells) for cells in rows} <= {len(names)}


def test_an_event_says_what_its_long_ride_and_taper_are() -> None:
    century = row(TABLES["events"](CONFIG), "century")
    assert century["long ride: least of"] == "70% of the event, 45% of the week, 300 min"
    assert century["sharpen, openers"] == "-4 / -3, -1"
    assert century["taper"] == "8–14 days"
    assert row(TABLES["events"](CONFIG), "ultra")["sharpen, openers"] == "-4 / -3, optional"


def test_a_goal_says_its_hours_week_by_week() -> None:
    assert row(TABLES["goals"](CONFIG), "return_after_break")["hours"] == "60% → 75% → 90% → 100%"
    assert row(TABLES["goals"](CONFIG), "maintain")["hours"] == "100%"


def test_phases_say_what_takes_turns_and_what_another_level_does() -> None:
    first = row(phases([CONFIG.goals["raise_ftp"]]), "raise_ftp")
    assert first["key sessions"] == "sweet_spot, threshold or sweet_spot, tempo; beginner: sweet_spot, tempo"


def test_minutes_say_where_they_start_where_they_end_and_what_counts() -> None:
    first = row(minutes([CONFIG.goals["vo2max"]]), "vo2max")
    assert (first["% of threshold"], first["intermediate: min"]) == ("106-120 + over-120", "15 → 30 (≥ 12)")


def test_levels_say_their_first_weeks() -> None:
    assert row(TABLES["levels"](CONFIG), "first weeks")["beginner"] == "below 88 % to week 2, below 96 % to week 4"


def test_every_field_of_one_goal_can_be_read() -> None:
    said = dict(fields(CONFIG.goals["vo2max"]).rows)
    assert said["long_ride.longest_min"] == "180"
    assert said["phases[0].sessions"] == "[[vo2max], [vo2max, threshold], [sweet_spot]]"
