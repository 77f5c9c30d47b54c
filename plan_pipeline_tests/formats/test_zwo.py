"""ZWO as it is found: what programs and people write differently is read, repaired and told; danger is refused."""

from __future__ import annotations

import time
from xml.etree import ElementTree

import pytest

from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import SessionSet, SessionStep
from plan_pipeline_tests.formats.sessions import a_session, ramp, read, ridden, steady, structure, written


def zwo(steps: str, head: str = "<name>Work</name>") -> str:
    return f"<workout_file>{head}<workout>{steps}</workout></workout_file>"


HOUR = '<SteadyState Duration="3600" Power="0.6"/>'


def test_the_file_has_what_zwift_reads() -> None:
    rest = steady(60, 50, "Easy")
    session = a_session(ramp(600, 50, 75), SessionSet(repeat=4, steps=(steady(30, 120, "Hard"), rest)), name="A & B")
    root = ElementTree.fromstring(written(session, "zwo"))
    assert (root.tag, root.findtext("name"), root.findtext("sportType")) == ("workout_file", "A & B", "bike")
    workout = root.find("workout")
    assert workout is not None
    assert [(step.tag, step.attrib) for step in workout] == [
        ("Ramp", {"Duration": "600", "PowerLow": "0.5", "PowerHigh": "0.75"}),
        (
            "IntervalsT",
            {"Repeat": "4", "OnDuration": "30", "OffDuration": "60", "OnPower": "1.2", "OffPower": "0.5"},
        ),
    ]
    assert [event.attrib for event in workout[1]] == [
        {"timeoffset": "0", "message": "Hard"},
        {"timeoffset": "30", "message": "Easy"},
    ]


@pytest.mark.parametrize("ends", ['PowerLow="0.75" PowerHigh="0.5"', 'PowerLow="0.5" PowerHigh="0.75"'])
def test_a_cooldown_falls_whichever_way_round_it_is_written(ends: str) -> None:
    assert ridden(read(zwo(f'{HOUR}<Cooldown Duration="600" {ends}/>'), "zwo").session)[-1] == (600, 75, 50)


@pytest.mark.parametrize(
    ("steps", "shape", "repair"),
    [
        ('<SteadyState Duration="60" PowerLow="0.8" PowerHigh="0.9"/>', (60, 85, 85), "was read as 85 %"),
        ('<SteadyState Duration="59.6" Power="0.8"/>', (60, 80, 80), "was rounded to 60 s"),
        ('<SteadyState Duration="60" Power="0,8"/>', (60, 80, 80), ""),
        ('<SteadyState Duration="60" Power="80"/>', (60, 80, 80), "powers over 6 were read as percent"),
        ('<SteadyState Duration="60" Power="0"/>', (60, 0, 0), "power 0"),
        ('<steadystate duration="60" power="0.8"/>', (60, 80, 80), ""),
        ('<FreeRide Duration="600" FlatRoad="1"/>', (600, 60, 60), "a step has no power and was read as 60 %"),
        ('<MaxEffort Duration="20"/>', (20, 200, 200), "MaxEffort has no power and was read as 200 % for 20 s"),
        ('<MaxEffort Duration="300"/>', (300, 118, 118), "MaxEffort has no power and was read as 118 % for 300 s"),
        ('<Ramp Duration="60" PowerLow="0.9" PowerHigh="0.5"/>', (60, 90, 50), ""),
        ('<Warmup Duration="60" PowerLow="0.7" PowerHigh="0.5"/>', (60, 50, 70), "was read rising"),
        ('<gameplayevent name="x"/><SteadyState Duration="60" Power="0.8"/>', (60, 80, 80), "was passed over"),
        ('<SteadyState Duration="18000" Power="6"/>', (18000, 600, 600), ""),
    ],
)
def test_steps_are_read_as_they_are_meant_and_repairs_are_told(
    steps: str, shape: tuple[float, ...], repair: str
) -> None:
    found = read(zwo(steps + HOUR), "zwo")
    assert ridden(found.session)[0] == shape
    assert repair in "; ".join(found.repairs)
    assert bool(found.repairs) is bool(repair)


def test_intervals_are_a_set_with_the_texts_and_cadence_of_each_step() -> None:
    text = (
        '<IntervalsT Repeat="5" OnDuration="60" OffDuration="30" OnPower="1.1" OffPower="0.5" Cadence="95">'
        '<textevent timeoffset="0" message="Go"/><textevent timeoffset="61" message="Rest"/></IntervalsT>'
    )
    (part,) = read(zwo(text), "zwo").session.parts
    assert isinstance(part, SessionSet)
    assert (part.repeat, [step.text for step in part.steps]) == (5, ["Go; 95 rpm", "Rest"])


def test_steps_that_repeat_are_a_set_that_begins_with_its_work() -> None:
    rest, work = '<SteadyState Duration="60" Power="0.5"/>', '<SteadyState Duration="120" Power="1.05"/>'
    found = read(zwo(HOUR + rest + (work + rest) * 4), "zwo").session
    assert structure(found) == ((3600, 60, 60), (60, 50, 50), (4, (120, 105, 105), (60, 50, 50)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (zwo(HOUR, "<n>Short</n>"), "Short"),
        (zwo(HOUR, "<n>Half</name>"), "Half"),
        (zwo(HOUR, "<name>Over & under</name>"), "Over & under"),
        (f"\n  <?xml version='1.0'?>{zwo(HOUR)}", "Work"),
        (zwo(HOUR, "<name>M&uuml;de &nbsp;&amp; &#0;&bogus; <150 bpm</name>"), "Müde & \ufffd&bogus; <150 bpm"),
        (zwo('<SteadyState Duration="3600" Power="0.6" Power="0.9"/>'), "Work"),
        (f"<!-- made by hand -->{zwo(HOUR)}<!-- end -->", "Work"),
        (f'<?xml version="1.0" encoding="utf-16"?>{zwo(HOUR)}', "Work"),
        (f"{zwo(HOUR)}\x00trailing", "Work"),
        (zwo(HOUR).removesuffix("</workout_file>"), "Work"),
        (zwo(HOUR, "<sportType>bike</sportType>"), ""),
    ],
)
def test_what_is_not_well_formed_is_repaired_where_nothing_is_lost(text: str, name: str) -> None:
    found = read(text, "zwo").session
    assert (found.name, ridden(found)) == (name, [(3600, 60, 60)])


def test_old_encodings_are_read() -> None:
    assert read(zwo(HOUR, "<name>Schwelle für müde</name>").encode("cp1252"), "zwo").session.name == "Schwelle für müde"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not well-formed XML"),
        ("<workout_file><workout><SteadyState", "is not well-formed XML"),
        ("<html/>", "is XML of <html>, not a <workout_file>"),
        ("<workout_file><name>x</name></workout_file>", "has no <workout> with steps"),
        (zwo(""), "holds no steps"),
        (zwo('<SteadyState Power="0.6"/>'), "step 1: SteadyState has no Duration"),
        (zwo('<SteadyState Duration="ten" Power="0.6"/>'), "step 1: Duration is 'ten', which is no number"),
        (zwo('<SteadyState Duration="nan" Power="0.6"/>'), "which is no number"),
        (zwo('<SteadyState Duration="1e9" Power="0.6"/>'), "longer than a day"),
        (zwo('<SteadyState Duration="60" Power="-1"/>'), "below 0"),
        (zwo('<SteadyState Duration="60" Power="999"/>'), "999 % of threshold, over 600 %"),
        (zwo('<IntervalsT Repeat="100000" OnDuration="1" OffDuration="1" OnPower="1" OffPower="1"/>'), "Repeat is"),
        (zwo('<Swim Duration="60"/>'), "step 1 is a <Swim>"),
    ],
)
def test_what_cannot_be_repaired_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read(text, "zwo")
    assert says in str(refused.value)


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(97 + i)} "{f"&{chr(96 + i)};" * 10}">' for i in range(1, 12)
)


@pytest.mark.parametrize(
    "head",
    [
        f"{BOMB}]>",
        '<!DOCTYPE workout_file SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE workout_file [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE workout_file>",
    ],
)
def test_document_types_and_entities_are_refused_at_once(head: str) -> None:
    began = time.perf_counter()
    with pytest.raises(UnreadableSessionError, match="document type or entities"):
        read(head + zwo(HOUR, "<name>&x;&l;</name>"), "zwo")
    assert time.perf_counter() - began < 1


def test_a_file_of_megabytes_and_one_nested_without_end_are_refused() -> None:
    with pytest.raises(UnreadableSessionError, match="is larger than 1000 kB"):
        read(b" " * 1_000_001, "zwo")
    with pytest.raises(UnreadableSessionError):
        read("<a>" * 100_000, "zwo")


def test_a_name_of_markup_and_control_characters_stays_text() -> None:
    session = a_session(steady(60, 50), name='<script>"&\x1b[31m\u202e', description="]]> &amp;")
    found = read(written(session, "zwo"), "zwo").session
    assert (found.name, found.description) == ('<script>"&[31m', "]]> &amp;")


def test_a_session_off_the_bike_stays_off_it() -> None:
    session = a_session(SessionStep(duration_s=600, text="Squats"))
    assert read(written(session, "zwo"), "zwo").session.is_off_the_bike
