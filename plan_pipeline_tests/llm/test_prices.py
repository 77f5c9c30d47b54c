"""Costs of calls follow the table of prices to the cent; what is not known is null, and never 0."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.core.model.model_call import Usage
from plan_pipeline.llm.desk import Prices
from plan_pipeline.llm.prices import OVERHEAD_TOKENS, PricesError, PriceTable, read_prices
from plan_pipeline.settings import Settings

DAY = dt.date(2026, 11, 28)
MILLION = 1_000_000


@pytest.fixture
def table() -> PriceTable:
    return PriceTable.of(Settings())


def own_table(tmp_path: Path, text: str) -> PriceTable:
    file = tmp_path / "prices.yaml"
    file.write_text(text)
    return PriceTable.of(Settings(llm_prices=file))


def entry(models: str = "own", more: str = "", **prices: str) -> str:
    values = {"in": "1", "out": "2", "cache_read": "0.1", "write_5m": "1.25", "write_1h": "2"} | prices
    lines = [f"  - models: [{models}]", *(f"    {name}: {value}" for name, value in values.items())]
    return "\n".join([*lines, *([f"    {more}"] if more else [])]) + "\n"


def test_it_prices_as_the_desk_wants_it(table: PriceTable) -> None:
    prices: Prices = table

    assert prices.cost_usd("claude-sonnet-5-5", Usage(input_tokens=MILLION), at=DAY) == 2.0


class TestCost:
    @pytest.mark.parametrize(
        ("usage", "cost"),
        [
            (Usage(), 0.0),
            (Usage(input_tokens=MILLION), 2.0),
            (Usage(output_tokens=MILLION), 10.0),
            (Usage(output_tokens=MILLION, thinking_tokens=900_000), 10.0),
            (Usage(cache_read_tokens=MILLION), 0.2),
            (Usage(cache_write_tokens=MILLION), 2.5),
            (Usage(cache_write_tokens=MILLION, cache_write_1h_tokens=MILLION), 4.0),
            (Usage(cache_write_tokens=MILLION, cache_write_1h_tokens=400_000), 3.1),
            (Usage(input_tokens=1, cache_read_tokens=1, output_tokens=1), 0.0000122),
        ],
    )
    def test_each_kind_of_token_has_its_price(self, table: PriceTable, usage: Usage, cost: float) -> None:
        assert table.cost_usd("claude-sonnet-5-5", usage, at=DAY) == cost

    def test_a_batch_is_half_price(self, table: PriceTable) -> None:
        alone = table.most_usd("claude-sonnet-5-5", 1_000, 1_000, at=DAY)
        assert alone is not None
        assert table.most_usd("claude-sonnet-5-5", 1_000, 1_000, at=DAY, batched=True) == alone / 2
        assert table.cost_usd("claude-sonnet-5-5", Usage(output_tokens=MILLION), at=DAY, batched=True) == 5.0

    @pytest.mark.parametrize(
        ("usage", "cost"),
        [
            (Usage(input_tokens=100_000, output_tokens=1_000), 0.0105),
            (Usage(input_tokens=100_001, output_tokens=1_000), 0.0525005),
            (Usage(input_tokens=1, cache_read_tokens=100_000), 0.0050005),
            (Usage(cache_write_tokens=100_001), 0.062500625),
        ],
    )
    def test_a_long_prompt_has_the_prices_of_its_tier(self, table: PriceTable, usage: Usage, cost: float) -> None:
        assert table.cost_usd("claude-haiku-5-5", usage, at=DAY) == cost

    @pytest.mark.parametrize("model", ["claude-haiku-4-5-20251001", "claude-haiku-4-5-2025-10-01", "claude-haiku-4-5"])
    def test_a_dated_model_has_the_price_of_its_family(self, table: PriceTable, model: str) -> None:
        assert table.cost_usd(model, Usage(input_tokens=MILLION), at=DAY) == 1.0

    @pytest.mark.parametrize("model", ["claude-haiku", "claude-haiku-5-5-fast", "xclaude-haiku-5-5", "gpt-6", ""])
    def test_another_model_has_no_cost_rather_than_none(self, table: PriceTable, model: str) -> None:
        assert table.cost_usd(model, Usage(input_tokens=MILLION), at=DAY) is None
        assert table.most_usd(model, 1_000, 1_000, at=DAY) is None

    def test_it_is_warned_of_once(self, table: PriceTable, caplog: pytest.LogCaptureFixture) -> None:
        for day in (DAY, DAY + dt.timedelta(days=1)):
            table.cost_usd("never-heard-of", Usage(input_tokens=1), at=day)

        (warning,) = caplog.messages
        assert "calls of never-heard-of have no known cost" in warning
        assert "PLAN_PIPELINE_LLM_PRICES" in warning

    def test_a_price_that_is_not_known_is_missed_only_where_it_is_needed(self, table: PriceTable) -> None:
        assert table.cost_usd("claude-fable-5-2", Usage(input_tokens=MILLION), at=DAY) == 8.0
        assert table.cost_usd("claude-fable-5-2", Usage(input_tokens=MILLION, cache_read_tokens=1), at=DAY) is None


class TestMost:
    def test_it_is_a_prompt_without_any_cache_read_and_all_the_room_for_an_answer(self, table: PriceTable) -> None:
        tokens = 10_000 + OVERHEAD_TOKENS
        expected = (tokens * 4 + 20_000 * 10) / MILLION

        assert table.most_usd("claude-sonnet-5-5", 20_000, 20_000, at=DAY) == expected

    @pytest.mark.parametrize("model", ["claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5"])
    @pytest.mark.parametrize("characters", [0, 7, 40_000, 250_000, 3_000_000])
    def test_no_call_within_the_assumption_costs_more(self, table: PriceTable, model: str, characters: int) -> None:
        most = table.most_usd(model, characters, 5_000, at=DAY)
        tokens = characters // 2
        assert most is not None
        for usage in (
            Usage(input_tokens=tokens, output_tokens=5_000),
            Usage(cache_write_tokens=tokens, cache_write_1h_tokens=tokens, output_tokens=5_000),
            Usage(cache_write_tokens=tokens, output_tokens=5_000),
            Usage(cache_read_tokens=tokens, output_tokens=5_000),
        ):
            cost = table.cost_usd(model, usage, at=DAY)
            assert cost is not None
            assert cost <= most

    def test_where_reading_the_cache_alone_has_no_price_it_is_known_all_the_same(self, table: PriceTable) -> None:
        assert table.most_usd("claude-fable-5-2", 0, 0, at=DAY) is not None


class TestOwnPrices:
    def test_a_model_is_added_and_all_others_stay(self, tmp_path: Path) -> None:
        table = own_table(tmp_path, "prices:\n" + entry("llama4:70b"))

        assert table.cost_usd("llama4:70b", Usage(input_tokens=MILLION), at=DAY) == 1.0
        assert table.cost_usd("claude-haiku-4-5", Usage(input_tokens=MILLION), at=DAY) == 1.0

    def test_a_model_at_home_costs_nothing(self, tmp_path: Path) -> None:
        free = dict.fromkeys(("in", "out", "cache_read", "write_5m", "write_1h"), "0")
        table = own_table(tmp_path, "prices:\n" + entry("llama4:70b", **free))

        assert table.cost_usd("llama4:70b", Usage(input_tokens=MILLION), at=DAY) == 0.0
        assert table.most_usd("llama4:70b", MILLION, MILLION, at=DAY) == 0.0

    def test_an_entry_replaces_those_of_its_models_alone(self, tmp_path: Path) -> None:
        table = own_table(tmp_path, "prices:\n" + entry("claude-sonnet-5"))

        assert table.cost_usd("claude-sonnet-5", Usage(input_tokens=MILLION), at=DAY) == 1.0
        assert table.cost_usd("claude-sonnet-5-5", Usage(input_tokens=MILLION), at=DAY) == 2.0

    def test_of_several_the_one_in_force_on_the_day_counts(self, tmp_path: Path) -> None:
        later = entry("own", "valid_from: 2027-01-01", **{"in": "3"})
        table = own_table(tmp_path, "prices:\n" + later + entry("own", "valid_from: 2026-06-01"))

        costs = [
            table.cost_usd("own", Usage(input_tokens=MILLION), at=day)
            for day in (dt.date(2026, 5, 31), dt.date(2026, 6, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1))
        ]

        assert costs == [None, 1.0, 1.0, 3.0]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", r"prices\.yaml is not a mapping"),
            ("prices:\n" + entry(**{"in": "-1"}), r"prices\.0\.in: .*-1"),
            ("prices:\n" + entry(**{"in": "cheap"}), r"prices\.0\.in: .*'cheap'"),
            ("prices:\n" + entry(**{"in": "yes"}), r"prices\.0\.in: .*'yes'"),
            ("prices:\n" + entry(more="currency: EUR"), r"prices\.0\.currency"),
            ("prices:\n  - models: [own]\n    in: 1\n", r"prices\.0\.out"),
            ("prices:\n" + entry() + entry(), "own has two prices from the same day on"),
            ("prices:\n" + entry(models=""), r"prices\.0\.models"),
            ("prices: [\n", r"prices\.yaml .*line \d"),
            ("prices: &a []\nmore: *a\n", r"prices\.yaml line 2 uses the alias"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_named_with_the_field(self, tmp_path: Path, text: str, message: str) -> None:
        with pytest.raises(PricesError, match=message) as error:
            own_table(tmp_path, text)

        assert str(tmp_path / "prices.yaml") in str(error.value)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(PricesError, match=r"prices\.yaml does not exist; check the path"):
            read_prices(tmp_path / "prices.yaml")
