"""The Messages API on a real socket, as strict as it is today: it gives scripted answers and counts what it bills.

::

    with messages_api([rate_limited("1"), gives({"weeks": []}), calls(("add_week", {...}), ("finalize", {}))]) as api:
        settings = Settings(anthropic_base_url=api.base_url, anthropic_api_key=SecretStr(KEY))
        ...
        assert [asked.model for asked in api.asked] == ["claude-sonnet-5-5"] * 3
        assert api.billed("cache_read_input_tokens") > 4096

Answers are a script, one for each request, or a function of what is asked (``Asked``), which tells plans apart by the
text. What a real server decides before it asks a model is decided here too, and takes nothing from the script: a key
that it does not know, a model that it does not have, a request too large or not valid, such as a forced tool, a
temperature, a schema without ``additionalProperties: false``, a thinking block that was changed. Tokens are counted,
and the cache is kept.

Batches are answered by the same script or function, once they were asked for ``batch_polls`` times; the answers
``EXPIRES`` and ``CANCELED`` are for them. The answers themselves are in ``messages_answers``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from plan_pipeline_tests.llm.message_batches import Batch, BatchDesk, Result
from plan_pipeline_tests.llm.messages_answers import Answer, Failure, Message, NoAnswer, Page, fails
from plan_pipeline_tests.llm.messages_rules import InvalidRequestError, check_request
from plan_pipeline_tests.llm.prompt_cache import PromptCache, tokens

MODELS = {
    "claude-opus-5-5": 4096,
    "claude-sonnet-5-5": 4096,
    "claude-haiku-5-5": 4096,
    "claude-sonnet-5": 1024,
    "claude-opus-5": 512,
    "claude-haiku-4-5": 4096,
}
"""The models that the server has, each with the least tokens that it caches."""

LARGEST_REQUEST = 32 * 1024 * 1024
"""Bytes of a request; more is HTTP 413."""

SILENCE_S = 30.0
"""How long a silent server keeps a connection open, if the test does not end before."""


@dataclass(frozen=True)
class Asked:
    """One request to a model as it came, alone or in a batch; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    custom_id: str | None = None

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def last_content(self) -> list[dict[str, Any]]:
        """The blocks of the last message."""
        content = self.body["messages"][-1]["content"]
        return [{"type": "text", "text": content}] if isinstance(content, str) else content

    @property
    def text(self) -> str:
        """All that the user said: texts and results of tools, a line each."""
        return "\n".join(
            str(block.get("text") or block.get("content") or "")
            for message in self.body["messages"]
            if message["role"] == "user"
            for block in ([{"text": message["content"]}] if isinstance(message["content"], str) else message["content"])
        )


class Billed(NamedTuple):
    """A message that was paid, with the ``usage`` that came with it."""

    request_id: str
    model: str
    usage: dict[str, Any]
    custom_id: str | None


class _Reply(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]
    claims_bytes: int | None = None


Answers = Iterable[Answer] | Callable[[Asked], Answer]


@dataclass
class MessagesApi:
    """A running server: where it is, what it was asked, and what it bills.

    ``asked`` has all requests that came to a model or were refused; ``most_at_once`` is how many were open together.
    ``least_cached_tokens`` says for all models what is too short for the cache. ``results_cut_after`` has the stream
    of a batch's results break off after so many lines.
    """

    answers: Answers
    base_url: str = ""
    key: str | None = None
    models: dict[str, int] = field(default_factory=lambda: dict(MODELS))
    least_cached_tokens: int | None = None
    largest_request: int = LARGEST_REQUEST
    batch_polls: int = 1
    results_cut_after: int | None = None
    asked: list[Asked] = field(default_factory=list)
    ledger: list[Billed] = field(default_factory=list)
    cache: PromptCache = field(default_factory=PromptCache)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._script = None if callable(self.answers) else iter(self.answers)
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._ids = count(1)
        self._open = 0
        self._thoughts: dict[str, list[dict[str, Any]]] = {}
        self._desk = BatchDesk(self._result, self.batch_polls)

    @property
    def batches(self) -> list[Batch]:
        return self._desk.batches

    def billed(self, kind: str) -> int:
        """The tokens of a kind over all messages, by its name in ``usage``; thinking is ``thinking_tokens``."""
        if kind == "thinking_tokens":
            return sum(each.usage["output_tokens_details"]["thinking_tokens"] for each in self.ledger)
        return sum(each.usage[kind] for each in self.ledger)

    def end_batches(self) -> None:
        """Answer all that waits in batches."""
        with self._lock:
            for batch in self.batches:
                batch.polls_left = 0
                self._desk.poll(batch)

    def close(self) -> None:
        """Let go of those who wait in silence."""
        self._closing.set()

    # --- requests

    def post(self, path: str, headers: dict[str, str], raw: bytes) -> _Reply | None:
        """What is answered to a POST; nothing at all for silence."""
        request_id = self._new_id("req")
        refused = self._refused(headers, raw)
        if refused is not None:
            return self._failure(refused, request_id)
        body = json.loads(raw or b"{}")
        with self._one_more():
            if path == "/v1/messages":
                return self._message(Asked(path, headers, body), request_id)
            with self._lock:
                return self._batch_post(path, body, request_id)

    def get(self, path: str, headers: dict[str, str]) -> _Reply:
        """What is answered to a GET: batches and their results."""
        request_id = self._new_id("req")
        if (refused := self._refused(headers, b"")) is not None:
            return self._failure(refused, request_id)
        parts = urlsplit(path)
        with self._lock:
            if parts.path == "/v1/messages/batches":
                query = parse_qs(parts.query)
                after = query.get("after_id", [None])[0]
                page = self._desk.page(self.base_url, int(query.get("limit", ["20"])[0]), after)
                return self._json(page, request_id)
            batch = self._desk.find(parts.path.rsplit("/", 1)[-1].removesuffix(".jsonl"))
            if batch is None:
                return self._failure(fails(404, "not_found_error", f"Not found: {parts.path}"), request_id)
            if parts.path.startswith("/results-of/"):
                return self._results(batch, request_id)
            self._desk.poll(batch)
            return self._json(batch.as_json(self.base_url), request_id)

    def _refused(self, headers: dict[str, str], raw: bytes) -> Failure | None:
        key = headers.get("authorization", "").removeprefix("Bearer ") or headers.get("x-api-key", "")
        if not key or (self.key is not None and key != self.key):
            return fails(401, "authentication_error", f"invalid bearer token: {key}")
        if not headers.get("anthropic-version"):
            return fails(400, "invalid_request_error", "anthropic-version: header is required")
        if len(raw) > self.largest_request:
            return fails(413, "request_too_large", "Request exceeds the maximum size")
        return None

    def _message(self, asked: Asked, request_id: str) -> _Reply | None:
        with self._lock:
            self.asked.append(asked)
            answer = self._not_valid(asked.body) or self._next_answer(asked)
        if isinstance(answer, NoAnswer):
            self._closing.wait(SILENCE_S)
            return None
        if isinstance(answer, Failure):
            return self._failure(answer, request_id)
        if isinstance(answer, Page):
            return _Reply(answer.status, answer.body, {"content-type": answer.content_type}, answer.claims_bytes)
        self._closing.wait(answer.delay_s)
        reply = self._json(self._written(answer, asked, request_id), request_id)
        return reply if answer.keep_chars is None else reply._replace(body=reply.body[: answer.keep_chars])

    def _not_valid(self, body: dict[str, Any]) -> Failure | None:
        try:
            check_request(body, self._thoughts)
        except InvalidRequestError as error:
            return fails(400, "invalid_request_error", str(error))
        if body["model"] not in self.models:
            return fails(404, "not_found_error", f"model: {body['model']}")
        return None

    def _next_answer(self, asked: Asked) -> Answer:
        if self._script is None:
            assert callable(self.answers)
            return self.answers(asked)
        return next(self._script, fails(418, "unscripted", "the script has no further answer"))

    # --- messages

    def _written(self, answer: Message, asked: Asked, request_id: str) -> dict[str, Any]:
        """A message as the API writes it, billed."""
        with self._lock:
            content, stop_reason = self._within(answer, asked.body["max_tokens"])
            thoughts = [block for block in content if block["type"] == "thinking"]
            for block in content:
                if block["type"] == "tool_use":
                    self._thoughts[block["id"]] = thoughts
            least = self.least_cached_tokens
            usage = {
                **self.cache.usage(asked.body, self.models[asked.model] if least is None else least),
                "output_tokens": max(1, sum(map(_tokens_of, content))),
                "output_tokens_details": {"thinking_tokens": sum(map(_tokens_of, thoughts))},
                "service_tier": "batch" if asked.custom_id else "standard",
            }
            self.ledger.append(Billed(request_id, asked.model, usage, asked.custom_id))
        return {
            "id": self._new_id("msg"),
            "type": "message",
            "role": "assistant",
            "model": asked.model,
            "content": content,
            "stop_reason": stop_reason,
            "stop_sequence": None,
            "stop_details": answer.stop_details,
            "usage": usage,
        }

    def _within(self, answer: Message, max_tokens: int) -> tuple[list[dict[str, Any]], str]:
        """The blocks that there is room for, and why the message ends."""
        content: list[dict[str, Any]] = []
        left = max_tokens
        for block in answer.content:
            named = {**block, "id": self._new_id("toolu")} if block["type"] == "tool_use" else block
            needed = _tokens_of(named)
            if needed > left:
                cut = [{**named, "text": named["text"][: 4 * left]}] if named["type"] == "text" and left else []
                return content + cut, "max_tokens"
            content.append(named)
            left -= needed
        return content, answer.stop_reason

    # --- batches

    def _batch_post(self, path: str, body: dict[str, Any], request_id: str) -> _Reply:
        if path == "/v1/messages/batches":
            try:
                batch = self._desk.create(body["requests"])
            except InvalidRequestError as error:
                return self._failure(fails(400, "invalid_request_error", str(error)), request_id)
            return self._json(batch.as_json(self.base_url), request_id)
        found = self._desk.find(path.removesuffix("/cancel").rsplit("/", 1)[-1])
        if found is None or not path.endswith("/cancel"):
            return self._failure(fails(404, "not_found_error", f"Not found: {path}"), request_id)
        found.is_canceled = True
        return self._json(found.as_json(self.base_url), request_id)

    def _result(self, custom_id: str, params: dict[str, Any]) -> Result:
        asked = Asked("/v1/messages", {}, params, custom_id)
        self.asked.append(asked)
        answer = self._not_valid(params) or self._next_answer(asked)
        match answer:
            case Message():
                return {"type": "succeeded", "message": self._written(answer, asked, self._new_id("req"))}
            case Failure():
                return {"type": "errored", "error": _error(answer, self._new_id("req"))}
            case NoAnswer("expired" | "canceled"):
                return {"type": answer.why}
            case _:
                raise AssertionError(f"a batch has no such result: {answer}")

    def _results(self, batch: Batch, request_id: str) -> _Reply:
        lines = [json.dumps(line).encode() + b"\n" for line in batch.lines()]
        whole = sum(map(len, lines))
        headers = {"content-type": "application/x-jsonl", "request-id": request_id}
        return _Reply(200, b"".join(lines[: self.results_cut_after]), headers, claims_bytes=whole)

    # --- writing

    def _failure(self, failure: Failure, request_id: str) -> _Reply:
        reply = self._json(_error(failure, request_id), request_id)
        return reply._replace(status=failure.status, headers={**reply.headers, **failure.headers})

    def _json(self, body: dict[str, Any], request_id: str) -> _Reply:
        return _Reply(200, json.dumps(body).encode(), {"content-type": "application/json", "request-id": request_id})

    def _new_id(self, kind: str) -> str:
        with self._lock:
            return f"{kind}_{next(self._ids):06}"

    @contextmanager
    def _one_more(self) -> Iterator[None]:
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1


@contextmanager
def messages_api(answers: Answers = (), **options: Any) -> Iterator[MessagesApi]:
    """Serve the Messages API on a loopback port, with the options that ``MessagesApi`` has as fields.

    A request beyond the script is answered with HTTP 418.
    """
    api = MessagesApi(answers, **options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            self._send(api.post(self.path, self._named(), raw))

        def do_GET(self) -> None:
            self._send(api.get(self.path, self._named()))

        def _named(self) -> dict[str, str]:
            return {name.lower(): value for name, value in self.headers.items()}

        def _send(self, reply: _Reply | None) -> None:
            self.close_connection = True
            if reply is None:
                return
            self.send_response(reply.status)
            length = len(reply.body) if reply.claims_bytes is None else reply.claims_bytes
            for name, value in {"content-length": str(length), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # whoever asked has gone
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: what was asked is in ``asked``."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield api
        finally:
            api.close()
            server.shutdown()
            thread.join()


def _error(failure: Failure, request_id: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": failure.kind, "message": failure.text}, "request_id": request_id}


def _tokens_of(block: dict[str, Any]) -> int:
    match block["type"]:
        case "text":
            return tokens(block["text"])
        case "thinking":
            return tokens(block["thinking"])
        case _:
            return tokens(json.dumps([block["name"], block["input"]]))
