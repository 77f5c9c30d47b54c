"""A provider whose models are asked through pydantic-ai, one HTTP request a question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from plan_pipeline.llm.asking import Question, Reply
from plan_pipeline.llm.configured import model_of
from plan_pipeline.llm.providers.access import Access
from plan_pipeline.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

CONNECT_TIMEOUT_S = 4
"""For a server that is not there; a model that thinks has been connected to."""

REQUEST_ID_HEADER = "x-request-id"


ModelMaker = Callable[[Access, str, Any], "Model"]
"""Makes pydantic-ai's model of access, model name and an ``httpx2.AsyncClient``."""


@dataclass(frozen=True)
class ApiModel:
    """A ``Provider``. ``timeout_s`` is for a whole call, in seconds; ``extra_settings`` are of pydantic-ai's spelling.

    Neither pydantic-ai nor the provider's SDK repeats a call, and neither reports it to anyone else.
    """

    name: str
    model: str
    max_tokens: int
    timeout_s: float
    access: Access
    make_model: ModelMaker
    extra_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Mapping[str, str]:
        return {"max_tokens": str(self.max_tokens)}

    def ask(self, question: Question) -> Reply:
        """One request over the network. Raises ``CallFailedError`` where no answer came."""
        return asyncio.run(self._ask(question))

    def prepare(self) -> None:
        """Import what a call needs, which takes seconds once a process."""
        import plan_pipeline.llm.providers.failures
        import plan_pipeline.llm.providers.messages  # noqa: F401

        self.make_model(self.access, self.model, None)

    async def _ask(self, question: Question) -> Reply:
        from httpx2 import Timeout
        from pydantic_ai.direct import model_request
        from pydantic_ai.models import create_async_httpx2_client

        from plan_pipeline.llm.providers.failures import failure_of, not_the_api
        from plan_pipeline.llm.providers.messages import messages_of, parameters_of, reply_of

        request_ids: list[str] = []

        async def note_request_id(response: Any) -> None:
            request_ids.extend(filter(None, [response.headers.get(REQUEST_ID_HEADER)]))

        timeout = Timeout(self.timeout_s, connect=min(CONNECT_TIMEOUT_S, self.timeout_s))
        async with create_async_httpx2_client(timeout=timeout) as client:
            client.event_hooks = {"response": [note_request_id]}
            model = self.make_model(self.access, self.model, client)
            messages, parameters = messages_of(question), parameters_of(question, model.profile)
            settings: Any = {
                "max_tokens": self.max_tokens,
                "timeout": self.timeout_s,
                "request_timeout": self.timeout_s,
                "max_retries": 0,
                **self.extra_settings,
            }
            try:
                response = await model_request(
                    model,
                    messages,
                    model_settings=settings,
                    model_request_parameters=parameters,
                    instrument=False,
                )
            except Exception as error:  # of an API that is another one, SDKs raise whatever they stumble over
                raise failure_of(error, self.access, self.model, self.timeout_s, request_ids) from None
        if not response.parts and response.finish_reason is None:  # some SDKs read any JSON as an answer without text
            raise not_the_api(self.access, "an answer of nothing")
        return reply_of(response, self.model, request_ids)


def configured_model(
    name: str,
    settings: Settings,
    model: str | None,
    *,
    title: str,
    address: str,
    key_field: str,
    make_model: ModelMaker,
    model_remedy: str = "",
    address_remedy: str = "",
    extra_settings: Mapping[str, Any] | None = None,
) -> ApiModel:
    """A built-in provider as the settings say, whose key is their field ``key_field``, with ``model`` if one is given.

    ``{model}`` in ``model_remedy`` stands for the model. Raises ``ProviderSetupError`` where it cannot be asked.
    """
    chosen = model_of(name, settings, model)
    key = getattr(settings, key_field)
    return ApiModel(
        name=name,
        model=chosen,
        max_tokens=settings.llm_max_tokens,
        timeout_s=settings.llm_timeout_s,
        access=Access(
            title=title,
            address=address,
            key=key.get_secret_value().strip() if key else "",
            key_variable=Settings.variable(key_field),
            model_variable=Settings.variable(f"{name}_model"),
            address_variable=Settings.variable(f"{name}_base_url"),
            model_remedy=model_remedy.format(model=chosen),
            address_remedy=address_remedy,
        ),
        make_model=make_model,
        extra_settings=extra_settings or {},
    )
