"""What calls of models cost, by a table of prices: the one in ``prices.yaml``, with what an installation adds to it."""

import datetime as dt
import logging
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, ValidationError, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import Usage
from plan_pipeline.core.model.written import Day, Number, WholeNumber
from plan_pipeline.settings import Settings, SettingsError
from plan_pipeline.strict_input.input_limits import MAX_CONFIG_BYTES, StrictInputError, read_text
from plan_pipeline.strict_input.strict_yaml import parse_yaml
from plan_pipeline.strict_input.validation_messages import describe

log = logging.getLogger(__name__)

SHIPPED: Final = "prices.yaml"
PRICES_VARIABLE: Final = "PLAN_PIPELINE_LLM_PRICES"

LEAST_CHARACTERS_A_TOKEN: Final = 2
"""Prompts here are English and JSON, of which a token is three to four characters; half of that is taken as the worst
case. Text in scripts with a token or more a character is a small part of a prompt."""

OVERHEAD_TOKENS: Final = 2_000
"""What a provider adds to a prompt that has tools or a schema: several hundred tokens, taken several times."""

TOKENS_PRICED: Final = 1_000_000
"""Tokens that a price in the table is for."""

_DATE_BEHIND = re.compile(r"-\d{4}-?\d{2}-?\d{2}$")

Usd = Annotated[Number, Field(ge=0, le=100_000)]
"""US dollars for a million tokens."""


class PricesError(SettingsError):
    """A table of prices cannot be used; the message names the file, each field and what to do."""


class TokenPrices(Frozen):
    """US dollars for a million tokens of each kind; ``None`` where the price is not known."""

    input: Usd | None = Field(alias="in")
    output: Usd | None = Field(alias="out")
    cache_read: Usd | None
    write_5m: Usd | None
    write_1h: Usd | None

    @property
    def dearest_input(self) -> float | None:
        """The price of a token of the prompt, however it is used; a cache is never dearer to read than to go without.

        ``None`` where a price is missing.
        """
        prices = [self.input, self.write_5m, self.write_1h]
        known = [price for price in prices if price is not None]
        return max(known) if len(known) == len(prices) else None


class Tier(TokenPrices):
    """Prices of calls whose prompt has more tokens than ``above_prompt_tokens``, cached ones included."""

    above_prompt_tokens: WholeNumber = Field(ge=0)


class PriceEntry(TokenPrices):
    """Prices of some models from a day on; those of a batch are multiplied with ``batch_factor``."""

    models: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)
    valid_from: Day = dt.date.min
    batch_factor: Number = Field(default=1.0, ge=0, le=1)
    tiers: tuple[Tier, ...] = ()

    def for_prompt(self, tokens: int) -> TokenPrices:
        """The prices of a call with so many tokens in its prompt."""
        reached = [tier for tier in self.tiers if tokens > tier.above_prompt_tokens]
        return max(reached, key=lambda tier: tier.above_prompt_tokens, default=self)


class PriceFile(Frozen):
    """All of a file of prices."""

    prices: tuple[PriceEntry, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[tuple[str, dt.date]] = set()
        for entry in self.prices:
            for model in entry.models:
                if (model, entry.valid_from) in seen:
                    raise ValueError(f"{model} has two prices from the same day on; remove one, or correct valid_from")
                seen.add((model, entry.valid_from))
        return self

    @property
    def models(self) -> frozenset[str]:
        """The ids that have a price."""
        return frozenset(chain.from_iterable(entry.models for entry in self.prices))


class PriceTable:
    """What models cost. Of several entries for a model the one counts that came into force last."""

    def __init__(self, entries: Iterable[PriceEntry]) -> None:
        self._entries: dict[str, list[PriceEntry]] = {}
        for entry in sorted(entries, key=lambda entry: entry.valid_from):
            for model in entry.models:
                self._entries.setdefault(model, []).append(entry)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The prices of an installation. Raises ``PricesError`` for a file that cannot be used."""
        shipped = _shipped()
        if settings.llm_prices is None:
            return cls(shipped.prices)
        own = read_prices(settings.llm_prices)
        return cls([*_without(shipped.prices, own.models), *own.prices])

    def cost_usd(self, model: str, usage: Usage, *, at: dt.date, batched: bool = False) -> float | None:
        """What a call cost, US dollars; ``None``, with one warning a process, where a price it takes is not known.

        ``at`` is the day of the call. The sum is exact; it is rounded once, to a float.
        """
        prompt_tokens = usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens
        entry = self._entry(model, at)
        if entry is None:
            _warn_once(model, f"it has no price on {at}")
            return None
        prices = entry.for_prompt(prompt_tokens)
        kept_1h = usage.cache_write_1h_tokens
        counts = {
            "in": (usage.input_tokens, prices.input),
            "out": (usage.output_tokens, prices.output),
            "cache_read": (usage.cache_read_tokens, prices.cache_read),
            "write_5m": (usage.cache_write_tokens - kept_1h, prices.write_5m),
            "write_1h": (kept_1h, prices.write_1h),
        }
        total = Decimal(0)
        for name, (tokens, price) in counts.items():
            if tokens and price is None:
                _warn_once(model, f"its price {name} is null")
                return None
            total += tokens * Decimal(str(price or 0))
        factor = Decimal(str(entry.batch_factor)) if batched else 1
        return float(total * factor / TOKENS_PRICED)

    def most_usd(
        self, model: str, prompt_characters: int, max_tokens: int, *, at: dt.date, batched: bool = False
    ) -> float | None:
        """What a call can cost at most, US dollars; ``None``, with one warning a process, without a price.

        It is the cost of a prompt of a token for every ``LEAST_CHARACTERS_A_TOKEN`` of its characters, those of tools
        and schema included, and ``OVERHEAD_TOKENS``, none of which is read from a cache, and of an answer that takes
        all of ``max_tokens``.
        """
        entry = self._entry(model, at)
        tokens = -(-prompt_characters // LEAST_CHARACTERS_A_TOKEN) + OVERHEAD_TOKENS
        possible = [entry, *(tier for tier in entry.tiers if tokens > tier.above_prompt_tokens)] if entry else []
        inputs = [prices.dearest_input for prices in possible]
        outputs = [prices.output for prices in possible]
        known_inputs = [price for price in inputs if price is not None]
        known_outputs = [price for price in outputs if price is not None]
        if entry is None or len(known_inputs) < len(inputs) or len(known_outputs) < len(outputs):
            _warn_once(model, "the most that a call can cost is not known")
            return None
        most = tokens * Decimal(str(max(known_inputs))) + max_tokens * Decimal(str(max(known_outputs)))
        factor = Decimal(str(entry.batch_factor)) if batched else 1
        return float(most * factor / TOKENS_PRICED)

    def _entry(self, model: str, at: dt.date) -> PriceEntry | None:
        entries = self._entries.get(model) or self._entries.get(_DATE_BEHIND.sub("", model), [])
        return next((entry for entry in reversed(entries) if entry.valid_from <= at), None)


def read_prices(path: Path) -> PriceFile:
    """The prices in a file. Raises ``PricesError``."""
    try:
        return _parsed(read_text(path, MAX_CONFIG_BYTES, remedy="make it smaller"))
    except StrictInputError as error:
        raise PricesError(f"{path} {error}") from None
    except ValidationError as error:
        raise PricesError("\n".join(f"{path}: {line}" for line in describe(error, PriceFile))) from None


@cache
def _shipped() -> PriceFile:
    return _parsed(resources.files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8"))


def _parsed(text: str) -> PriceFile:
    data = parse_yaml(text)
    if not isinstance(data, dict):
        raise StrictInputError("is not a mapping; write `prices:` and the entries below it")
    return PriceFile.model_validate(data)


def _without(entries: Iterable[PriceEntry], models: frozenset[str]) -> Iterator[PriceEntry]:
    """The entries, for other models than these."""
    for entry in entries:
        if others := tuple(model for model in entry.models if model not in models):
            yield entry.model_copy(update={"models": others})


def _warn_once(model: str, why: str) -> None:
    if model not in _WARNED:
        _WARNED.add(model)
        log.warning("calls of %s have no known cost: %s; add it to the file that %s names", model, why, PRICES_VARIABLE)


_WARNED: Final[set[str]] = set()
"""Models that were warned of in this process."""
