"""Small servers on real sockets that speak the APIs of OpenAI, Gemini and Ollama: scripted answers, and what was asked.

Belongs here: HTTP and the form of these APIs' messages. Does not belong here: what plans look like.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Protocol

from plan_pipeline.core.model.model_call import Usage

KEY = "a-key-of-the-tests-0123"
MODEL = "model-of-the-tests"
USAGE = Usage(input_tokens=70, cache_read_tokens=50, output_tokens=30, thinking_tokens=12)
"""What every answer says it took."""

_ids = count(1)


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One scripted response. ``hangs`` keeps the connection open and says nothing; ``promised`` is its stated length.

    ``usage`` is what the provider bills for it.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False
    promised: int | None = None
    usage: Usage | None = None


@dataclass
class Served:
    """What a test holds of a running server: where it is, what it was asked, and what it has billed so far."""

    base_url: str
    asked: list[Asked] = field(default_factory=list)
    billed: list[Usage] = field(default_factory=list)


HANGS = Answer(hangs=True)


class Api(Protocol):
    """How one provider writes its answers."""

    name: str

    def says(self, text: str) -> Answer: ...
    def calls(self, *calls: tuple[str, Any]) -> Answer: ...
    def cut_off(self, text: str) -> Answer: ...
    def refuses(self) -> Answer: ...
    def fails(self, status: int, text: str, *, retry_after_s: float | None = None) -> Answer: ...
    def environment(self, served: Served) -> dict[str, str]: ...
    def system_of(self, asked: Asked) -> str: ...
    def schema_of(self, asked: Asked) -> Any: ...
    def said_by_us(self, asked: Asked) -> list[str]: ...


def _json(content: Any, **more: Any) -> Answer:
    return Answer(body=json.dumps(content).encode(), **more)


class OpenAI:
    """The Responses API. ``sealed_thoughts`` is what it gives of a model's thinking where it is asked for that."""

    name = "openai"

    def __init__(self, sealed_thoughts: str | None = None) -> None:
        self.sealed_thoughts = sealed_thoughts

    def environment(self, served: Served) -> dict[str, str]:
        return {
            "OPENAI_API_KEY": KEY,
            "PLAN_PIPELINE_OPENAI_MODEL": MODEL,
            "OPENAI_BASE_URL": f"{served.base_url}/v1",
        }

    def says(self, text: str) -> Answer:
        return self._response(
            [self._reasoning(), self._message({"type": "output_text", "text": text, "annotations": []})]
        )

    def calls(self, *calls: tuple[str, Any]) -> Answer:
        made = [
            {
                "type": "function_call",
                "id": f"fc_{next(_ids)}",
                "call_id": f"call_{next(_ids)}",
                "name": name,
                "arguments": given if isinstance(given, str) else json.dumps(given),
                "status": "completed",
            }
            for name, given in calls
        ]
        return self._response([self._reasoning(), *made])

    def cut_off(self, text: str) -> Answer:
        output = [self._message({"type": "output_text", "text": text, "annotations": []})]
        return self._response(output, status="incomplete", incomplete_details={"reason": "max_output_tokens"})

    def refuses(self) -> Answer:
        return self._response([self._message({"type": "refusal", "refusal": "I cannot help with this."})])

    def fails(self, status: int, text: str, *, retry_after_s: float | None = None) -> Answer:
        kind = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}.get(status)
        return _json(
            {"error": {"message": text, "type": "an_error", "param": None, "code": kind}},
            status=status,
            headers=_retry_after(retry_after_s),
        )

    def system_of(self, asked: Asked) -> str:
        return str(asked.body["instructions"])

    def schema_of(self, asked: Asked) -> Any:
        return asked.body["text"]["format"]["schema"]

    def said_by_us(self, asked: Asked) -> list[str]:
        said = []
        for item in asked.body["input"]:
            if item.get("role") == "user":
                content = item["content"]
                said.append(content if isinstance(content, str) else content[0]["text"])
            elif item.get("type") == "function_call_output":
                said.append(item["output"])
        return said

    def _reasoning(self) -> dict[str, Any]:
        return {"type": "reasoning", "id": f"rs_{next(_ids)}", "summary": [], "encrypted_content": self.sealed_thoughts}

    def _message(self, content: dict[str, Any]) -> dict[str, Any]:
        status = {"role": "assistant", "status": "completed"}
        return {"type": "message", "id": f"msg_{next(_ids)}", **status, "content": [content]}

    def _response(self, output: list[dict[str, Any]], **more: Any) -> Answer:
        content = {
            "id": f"resp_{next(_ids)}",
            "object": "response",
            "created_at": 1_800_000_000,
            "status": "completed",
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "model": MODEL,
            "output": output,
            "parallel_tool_calls": True,
            "temperature": None,
            "tool_choice": "auto",
            "tools": [],
            "top_p": None,
            "usage": {
                "input_tokens": USAGE.input_tokens + USAGE.cache_read_tokens,
                "input_tokens_details": {"cached_tokens": USAGE.cache_read_tokens},
                "output_tokens": USAGE.output_tokens,
                "output_tokens_details": {"reasoning_tokens": USAGE.thinking_tokens},
                "total_tokens": 150,
            },
            **more,
        }
        return _json(content, usage=USAGE, headers=(("x-request-id", f"req_{next(_ids)}"),))


class Gemini:
    """``models/…:generateContent``."""

    name = "gemini"

    def environment(self, served: Served) -> dict[str, str]:
        return {"GOOGLE_API_KEY": KEY, "PLAN_PIPELINE_GEMINI_MODEL": MODEL, "GEMINI_BASE_URL": served.base_url}

    def says(self, text: str) -> Answer:
        return self._response([{"text": "So it is to be a ride.", "thought": True}, {"text": text}])

    def calls(self, *calls: tuple[str, Any]) -> Answer:
        return self._response([{"functionCall": {"name": name, "args": given}} for name, given in calls])

    def cut_off(self, text: str) -> Answer:
        return self._response([{"text": text}], finish="MAX_TOKENS")

    def refuses(self) -> Answer:
        content = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": self._usage(), "modelVersion": MODEL}
        return _json(content, usage=USAGE)

    def fails(self, status: int, text: str, *, retry_after_s: float | None = None) -> Answer:
        words = {
            400: "INVALID_ARGUMENT",
            401: "UNAUTHENTICATED",
            403: "PERMISSION_DENIED",
            404: "NOT_FOUND",
            429: "RESOURCE_EXHAUSTED",
            503: "UNAVAILABLE",
        }
        details = []
        if retry_after_s is not None:
            retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{retry_after_s:g}s"}
            details.append(retry)
        error = {"code": status, "message": text, "status": words.get(status, "INTERNAL"), "details": details}
        return _json({"error": error}, status=status)

    def system_of(self, asked: Asked) -> str:
        return str(asked.body["systemInstruction"]["parts"][0]["text"])

    def schema_of(self, asked: Asked) -> Any:
        generation = asked.body["generationConfig"]
        return generation.get("responseJsonSchema") or generation["responseSchema"]

    def said_by_us(self, asked: Asked) -> list[str]:
        said = []
        for content in asked.body["contents"]:
            if content["role"] == "user":
                for part in content["parts"]:
                    said.append(part["text"] if "text" in part else json.dumps(part["functionResponse"]["response"]))
        return said

    def _usage(self) -> dict[str, Any]:
        return {
            "promptTokenCount": USAGE.input_tokens + USAGE.cache_read_tokens,
            "cachedContentTokenCount": USAGE.cache_read_tokens,
            "candidatesTokenCount": USAGE.output_tokens - USAGE.thinking_tokens,
            "thoughtsTokenCount": USAGE.thinking_tokens,
            "totalTokenCount": 150,
        }

    def _response(self, parts: list[dict[str, Any]], finish: str = "STOP") -> Answer:
        content = {
            "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}],
            "usageMetadata": self._usage(),
            "modelVersion": MODEL,
            "responseId": f"gen_{next(_ids)}",
        }
        return _json(content, usage=USAGE)


class Ollama:
    """Ollama's ``/v1/chat/completions``."""

    name = "ollama"

    def environment(self, served: Served) -> dict[str, str]:
        return {"OLLAMA_API_KEY": KEY, "PLAN_PIPELINE_OLLAMA_MODEL": MODEL, "OLLAMA_BASE_URL": served.base_url}

    def says(self, text: str) -> Answer:
        return self._completion({"content": text, "reasoning": "So it is to be a ride."})

    def calls(self, *calls: tuple[str, Any]) -> Answer:
        made = [
            {
                "id": f"call_{next(_ids)}",
                "index": index,
                "type": "function",
                "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
            }
            for index, (name, given) in enumerate(calls)
        ]
        return self._completion({"content": "", "tool_calls": made}, finish="tool_calls")

    def cut_off(self, text: str) -> Answer:
        return self._completion({"content": text}, finish="length")

    def refuses(self) -> Answer:
        return self._completion({"content": None, "refusal": "I cannot help with this."})

    def fails(self, status: int, text: str, *, retry_after_s: float | None = None) -> Answer:
        error = {"message": text, "type": "api_error", "param": None, "code": None}
        return _json({"error": error}, status=status, headers=_retry_after(retry_after_s))

    def system_of(self, asked: Asked) -> str:
        return str(asked.body["messages"][0]["content"])

    def schema_of(self, asked: Asked) -> Any:
        return asked.body["response_format"]["json_schema"]["schema"]

    def said_by_us(self, asked: Asked) -> list[str]:
        return [message["content"] for message in asked.body["messages"] if message["role"] in ("user", "tool")]

    def _completion(self, message: dict[str, Any], finish: str = "stop") -> Answer:
        content = {
            "id": f"chatcmpl-{next(_ids)}",
            "object": "chat.completion",
            "created": 1_800_000_000,
            "model": MODEL,
            "system_fingerprint": "fp_ollama",
            "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}],
            "usage": {
                "prompt_tokens": USAGE.input_tokens + USAGE.cache_read_tokens,
                "prompt_tokens_details": {"cached_tokens": USAGE.cache_read_tokens},
                "completion_tokens": USAGE.output_tokens,
                "completion_tokens_details": {"reasoning_tokens": USAGE.thinking_tokens},
                "total_tokens": 150,
            },
        }
        return _json(content, usage=USAGE)


APIS: tuple[Api, ...] = (OpenAI(), Gemini(), Ollama())


def _retry_after(seconds: float | None) -> tuple[tuple[str, str], ...]:
    return () if seconds is None else (("retry-after", f"{seconds:g}"),)


@contextmanager
def api_server(*answers: Answer) -> Iterator[Served]:
    """Serve the answers in order on a loopback port; a request beyond the script is answered with HTTP 418."""
    yield from _serve(answers)


def _serve(answers: Sequence[Answer]) -> Iterator[Served]:
    script = iter(answers)
    turn = threading.Lock()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with turn:
                serving.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                answer = next(script, Answer(status=418, body=b'{"error": {"message": "the script is over"}}'))
                if answer.usage is not None:
                    serving.billed.append(answer.usage)
            if answer.hangs:
                closing.wait(timeout=30)
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(answer.promised or len(answer.body)))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = answer.promised is not None

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: what was asked is in ``asked``."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = Served(base_url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield serving
        finally:
            closing.set()
            server.shutdown()
            thread.join()
