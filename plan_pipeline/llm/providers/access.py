"""Where a provider is, and what it lets us in with."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Access:
    """Where a provider is and what it lets us in with, and the variables of the environment that say so.

    ``model_remedy`` is what else to do about a model that is not there, ``address_remedy`` about a server that is not.
    """

    title: str
    address: str
    key: str = field(repr=False)
    key_variable: str
    model_variable: str
    address_variable: str
    model_remedy: str = ""
    address_remedy: str = ""
