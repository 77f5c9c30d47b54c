"""``plan-pipeline models``: which language models can be asked, and one small question to try one with."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import JsonOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.llm.configured import ProviderState
    from plan_pipeline.llm.trial import Trial
    from plan_pipeline.settings import Settings

app = typer.Typer(help="Language models: which can be asked, and whether they answer.", cls=WholeSentences)


@app.command("list")
def list_providers(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Show every provider of models, and what is to be set where it cannot be asked. Nobody is asked."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.llm.configured import provider_states

    states = provider_states(load_settings(ctx))
    if as_json:
        output.print_json([{**state._asdict(), "usable": state.is_usable} for state in states])
        return
    from rich.table import Column

    table = tables.table_of(
        states,
        (Column("provider"), lambda state: state.name),
        (Column("model"), lambda state: state.model or "–"),
        (Column("", overflow="fold"), _usability),
    )
    output.stdout().print(table)


@app.command("try")
def try_model(
    ctx: typer.Context,
    provider: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROVIDER]",
            help="anthropic, openai, gemini, ollama or another package's.  [default: AI_PROVIDER, else the first that "
            "can be asked]",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Another model than the one that is set.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a model one small question over the network, which costs a little, and show what came of it.

    Exit code 1 if no answer comes or it is not of the form that was asked for, 2 if the provider is not set up.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.core.registry import UnknownNameError
    from plan_pipeline.llm.configured import configured_provider
    from plan_pipeline.llm.trial import try_provider
    from plan_pipeline.services.models.desk import desk_of
    from plan_pipeline.storage.data_folder import DataFolder

    settings = load_settings(ctx)
    try:
        chosen = configured_provider(settings, provider or _default(settings), model)
    except UnknownNameError as error:
        raise InputError(str(error)) from None
    run_id = f"trial-{uuid.uuid4()}"  # a run of its own, which has asked nothing yet
    data = DataFolder(settings.data)
    trial = try_provider(desk_of(chosen, settings, data, run_id=run_id, place=nullcontext, renew=True))
    shown = _shown(trial)
    if as_json:
        output.print_json(shown)
    else:
        for name, value in shown.items():
            output.line(output.stdout(), f"{name.replace('_', ' '):18} {_words(value)}")
    finish(trial.answer is not None)


def _default(settings: Settings) -> str:
    """The provider that writes overviews, else the first that can be asked."""
    from plan_pipeline.llm import PROVIDERS
    from plan_pipeline.llm.configured import provider_states

    if settings.default_overview in PROVIDERS.names():
        return settings.default_overview
    states = provider_states(settings)
    usable = next((state.name for state in states if state.is_usable), None)
    if usable is None:
        lacking = "\n".join(f"  {state.name}: {'; '.join(state.lacks)}" for state in states)
        raise InputError(f"no provider of models is set up; set up one of them:\n{lacking}")
    return usable


def _usability(state: ProviderState) -> str:
    where = f" at {state.address}" if state.address else ""
    return f"can be asked{where}" if state.is_usable else "; ".join(state.lacks)


def _shown(trial: Trial) -> dict[str, Any]:
    reply, call = trial.reply, trial.call
    return {
        "provider": call.provider,
        "model": reply.model,
        "latency_ms": round(call.latency_ms or 0),
        "cost_usd": call.cost_usd,
        **reply.usage.model_dump(),
        "stop_reason": reply.stop_words or str(reply.stop),
        "request_id": reply.request_id,
        "answer": trial.answer.model_dump() if trial.answer else None,
        "problems": list(trial.problems),
    }


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return "–" if value is None else str(value)
