"""Where the Messages API is and what it lets us in with."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

ADDRESS = "https://api.anthropic.com"

KEY_VARIABLE = "ANTHROPIC_API_KEY"
ADDRESS_VARIABLE = "ANTHROPIC_BASE_URL"
MODEL_VARIABLE = "PLAN_PIPELINE_ANTHROPIC_MODEL"
TIMEOUT_VARIABLE = "PLAN_PIPELINE_LLM_TIMEOUT_S"
AT_ONCE_VARIABLE = "PLAN_PIPELINE_LLM_AT_ONCE"
"""The environment variables that messages name."""


@dataclass(frozen=True)
class Access:
    """Key and address of the API, for calls that take ``timeout_s`` at most."""

    key: str = field(repr=False)
    timeout_s: float
    address: str = field(default=ADDRESS, repr=False)

    @property
    def host(self) -> str:
        """Where the API is, without a user and password that the address may hold."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
