"""The page of an experiment: whole in one file, safe whatever the words, and readable by people and programs."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments.drawing import ARM_COLOURS
from plan_pipeline.experiments.measures import Measures
from plan_pipeline.experiments.model import ExperimentReport, FailureCount
from plan_pipeline.experiments.page import page
from plan_pipeline.experiments.plots import plots
from plan_pipeline_tests.experiments.reports import (
    LEGACY,
    arm,
    comparison,
    guardrail,
    measures,
    paired_weeks,
    report,
    stratum,
    three_arms,
    undecided,
)
from plan_pipeline_tests.html_reader import ADDRESSES, HOSTILE, Reader


def with_plots(found: ExperimentReport, measured: Measures) -> str:
    return page(found, plots(found, measured.weeks))


@pytest.fixture(scope="module")
def html() -> str:
    return with_plots(three_arms(warnings=("legacy has 4 plans",)), measures(paired_weeks(arms=ARMS.names())))


@pytest.fixture(scope="module")
def read(html: str) -> Reader:
    return Reader(html)


def hostile_report() -> ExperimentReport:
    return report(
        comparisons=(comparison(test=HOSTILE), undecided()),
        guardrails=(guardrail(message=HOSTILE),),
        failures=(FailureCount(arm=LEGACY, cause=HOSTILE, weeks=5),),
        strata=(stratum(LEGACY, HOSTILE, 3, 12, 0.5),),
        warnings=(HOSTILE,),
    )


def test_the_page_asks_for_nothing_over_the_network(html: str, read: Reader) -> None:
    addresses = [value for tag in read.tags for name, value in tag.attributes.items() if name in ADDRESSES]
    assert [address for address in addresses if not address.startswith("#")] == []
    assert set(re.findall(r"url\((.)", html)) <= {"#"}
    assert "@import" not in html
    assert read.all("link") == [] and read.all("iframe") == [] and read.all("img") == []


def test_the_browser_is_told_to_load_and_run_nothing(read: Reader) -> None:
    (policy,) = (m.attributes["content"] for m in read.all("meta") if m.attributes.get("http-equiv"))
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_page_runs_no_script(read: Reader) -> None:
    assert [tag.attributes["type"] for tag in read.all("script")] == ["application/json"]
    assert [name for tag in read.tags for name in tag.attributes if name.startswith("on")] == []


def test_the_report_is_in_the_page_for_programs(read: Reader) -> None:
    (embedded,) = read.all("script")
    wanted = three_arms(warnings=("legacy has 4 plans",))
    assert ExperimentReport.model_validate(json.loads(embedded.text)) == wanted


def test_hostile_text_is_shown_and_neither_ends_nor_begins_anything() -> None:
    html = with_plots(hostile_report(), measures())
    read = Reader(html)
    assert len(read.all("script")) == 1
    assert read.all("img") == []
    assert ExperimentReport.model_validate(json.loads(read.all("script")[0].text)) == hostile_report()
    shown = [tag.text for tag in read.tags if "onerror=alert(1)" in tag.text and tag.name not in ("script", "style")]
    assert {tag.name for tag in read.tags if tag.text in shown} >= {"li", "td", "th", "text", "h3"}


def test_what_must_be_known_comes_first_and_details_come_last(html: str) -> None:
    order = ["legacy has 4 plans", 'id="verdict"', 'id="comparison"', 'id="plots"', 'id="checks"', 'id="details"']
    places = [html.index(each) for each in order]
    assert places == sorted(places)


def test_each_pair_of_arms_has_its_verdict(read: Reader) -> None:
    sentences = [tag.text.strip() for tag in read.all("p") if tag.attributes.get("class") == "sentence"]
    assert sentences == [
        f"{candidate} passes 8.7 pp more weeks than {baseline} before the fix, 95 % interval 7.1 to 10.3."
        for baseline, candidate in (("legacy", "adjusted"), ("legacy", "optimal"), ("adjusted", "optimal"))
    ]


def test_every_plot_has_a_title_a_picture_in_words_and_a_sentence_on_how_to_read_it(read: Reader) -> None:
    figures = read.all("figure")
    pictures = [tag for tag in read.all("svg") if tag.attributes.get("role") == "img"]
    readings = [tag.text for tag in read.all("p") if tag.attributes.get("class") == "reading"]
    assert len(figures) == len(pictures) == len(readings) == len(read.all("h3")) == 5
    for title, picture, reading in zip(read.all("h3"), pictures, readings, strict=True):
        assert picture.attributes["aria-label"] == f"{title.text}. {reading}"


def test_every_heading_of_a_table_says_what_it_is_the_heading_of(read: Reader) -> None:
    assert {tag.attributes.get("scope") for tag in read.all("th")} == {"row", "col"}


def test_every_id_is_there_once_and_every_reference_has_its_target(html: str, read: Reader) -> None:
    ids = Counter(tag.attributes["id"] for tag in read.tags if "id" in tag.attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    references = re.findall(r"url\(#([^)]+)\)", html) + [
        value[1:] for tag in read.tags for name, value in tag.attributes.items() if name in ADDRESSES
    ]
    labels = [tag.attributes["aria-labelledby"] for tag in read.tags if "aria-labelledby" in tag.attributes]
    assert set(references) | set(labels) <= ids.keys()


def test_plots_take_their_colours_and_their_font_from_the_page(html: str) -> None:
    body = html[html.index("<body>") :]
    assert [colour for colour in ARM_COLOURS.values() if colour in body] == []
    assert all(f"var(--{arm})" in body for arm in ARMS.names())
    assert "DejaVu" not in body


def test_the_page_is_for_light_dark_small_and_printed(html: str) -> None:
    for query in ("prefers-color-scheme: dark", "max-width", "print"):
        assert re.search(rf"@media [^{{]*{query}", html)
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in html


def test_every_variable_of_the_page_is_defined(html: str) -> None:
    css = html[html.index("<style>") : html.index("</style>")]
    assert set(re.findall(r"var\(--([\w-]+)\)", html)) <= set(re.findall(r"--([\w-]+):", css))


def test_the_same_report_gives_the_same_page(html: str) -> None:
    again = with_plots(three_arms(warnings=("legacy has 4 plans",)), measures(paired_weeks(arms=ARMS.names())))
    assert again == html


def test_the_details_have_every_comparison_with_its_test_and_power(read: Reader) -> None:
    cells = [tag.text for tag in read.all("td")]
    assert cells.count("paired by week, clustered by plan, t(48)") == len(three_arms().comparisons)
    place = cells.index("paired by week, clustered by plan, t(48)")
    assert cells[place + 1 : place + 8] == ["+8.7 pp", "< 0.001", "0.003", "2.0 pp", "49", "2.3 pp", "1,340"]


def test_one_arm_alone_has_a_page_without_a_verdict() -> None:
    read = Reader(
        with_plots(
            report(arms=(arm(LEGACY),), comparisons=(), srm_p_value=None, guardrails=(), failures=(), strata=()),
            measures(paired_weeks(arms=(LEGACY,))),
        )
    )
    assert "There are no two arms to compare." in [tag.text for tag in read.all("p")]
    assert "checks" not in [tag.attributes.get("id") for tag in read.tags]


def test_an_experiment_without_a_feasible_week_has_a_page_without_plots() -> None:
    nothing = arm(LEGACY, weeks=0, **dict.fromkeys(("pass_rate", "pass_rate_before_fix", "auto_fix_rate")))
    found = report(arms=(nothing,), comparisons=(), failures=(), strata=(), guardrails=(), srm_p_value=None)
    read = Reader(with_plots(found, measures(paired_weeks().iloc[:0])))
    assert read.all("figure") == []
    assert "variety score" in [tag.text for tag in read.all("th")]


def test_an_arm_of_another_package_is_shown_like_any_other() -> None:
    found = ExperimentReport.model_validate_json(report().model_dump_json().replace('"adjusted"', '"varied"'))
    html = with_plots(found, measures(paired_weeks().replace({"adjusted": "varied"})))
    assert "varied passes 8.7 pp more weeks than legacy before the fix" in Reader(html).all("p")[1].text
    assert len(Reader(html).all("figure")) == len(Reader(with_plots(report(), measures())).all("figure"))
