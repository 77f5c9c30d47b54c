"""A small Messages API on a real socket: it gives scripted answers and remembers what it was asked.

Belongs here: HTTP and the form of the API's messages. Does not belong here: what an overview looks like.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

MODEL = "claude-test-20260101"
"""The model that every answer says it is from."""


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def last_user_content(self) -> Any:
        return self.body["messages"][-1]["content"]


@dataclass(frozen=True)
class Answer:
    """One scripted response; ``hangs`` keeps the connection open and says nothing."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    hangs: bool = False


@dataclass
class MessagesServer:
    """What a test holds of the running server: where it is, and what it was asked so far."""

    base_url: str
    asked: list[Asked] = field(default_factory=list)


_ids = count(1)


def hands_in(*inputs: Any, tool: str = "submit_weekly_overview", thinking: str | None = None) -> Answer:
    """A message that calls the tool, once for each input."""
    thought = [{"type": "thinking", "thinking": thinking, "signature": "c2lnbmVk"}] if thinking else []
    calls = [{"type": "tool_use", "id": f"toolu_{next(_ids):04}", "name": tool, "input": given} for given in inputs]
    return message([*thought, *calls], stop_reason="tool_use")


def says(text: str, stop_reason: str = "end_turn") -> Answer:
    """A message of plain text."""
    return message([{"type": "text", "text": text}], stop_reason=stop_reason)


def message(content: list[dict[str, Any]], stop_reason: str, **more: Any) -> Answer:
    """A message as the API writes it."""
    body = {
        "id": f"msg_{next(_ids):04}",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 2000, "output_tokens": 4000},
        **more,
    }
    return Answer(body=json.dumps(body).encode())


def fails(status: int, kind: str, text: str) -> Answer:
    """An error as the API writes it."""
    body = {"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_0001"}
    return Answer(status=status, body=json.dumps(body).encode())


HANGS = Answer(hangs=True)


@contextmanager
def messages_server(answers: Sequence[Answer]) -> Iterator[MessagesServer]:
    """Serve the answers in order on a loopback port; a request beyond the script is answered with HTTP 418."""
    script = iter(answers)
    turn = threading.Lock()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with turn:
                serving.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                answer = next(script, fails(418, "unscripted", "the script has no further answer"))
            if answer.hangs:
                closing.wait(timeout=30)
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("content-type", answer.content_type)
            self.send_header("content-length", str(len(answer.body)))
            self.send_header("retry-after-ms", "10")
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: what was asked is in ``asked``."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = MessagesServer(base_url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield serving
        finally:
            closing.set()
            server.shutdown()
            thread.join()
