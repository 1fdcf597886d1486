"""What the rules read of the objects that exist."""
from __future__ import annotations
from typing import Any, Protocol


class State(Protocol):
    """Readers by account, region and name; each gives None or nothing where there is no object."""
