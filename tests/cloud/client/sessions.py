"""Who calls, and botocore's clients for them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

_CLIENTS = 64
"""So many clients are kept; each test has an endpoint of its own, whose clients nobody needs later."""

_RETRIES = {"mode": "legacy", "total_max_attempts": 5}
"""As the AWS CLI's version 1 retries, whatever the environment says."""

_NOTHING_OF_THE_MACHINE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, "/dev/null", None),
    "credentials_file": (None, None, "/dev/null", None),
}


@dataclass(frozen=True)
class Caller:
    """Who calls, and where; what is missing is the environment's and the configuration's."""

    region: str | None = None
    endpoint: str | None = None
    profile: str | None = None
    key: str | None = None
    secret: str | None = None
    token: str | None = None


class Sessions:
    """Sessions and clients, each made once; all read the services' models once."""

    def __init__(self) -> None:
        self._loader: Loader | None = None
        self._sessions: dict[tuple[str | None, bool], Session] = {}
        self._clients: OrderedDict[tuple[str, Caller], Any] = OrderedDict()

    def session(self, caller: Caller) -> Session:
        """The session for the caller's configuration: nobody's, if the caller brings all that is needed."""
        alone = bool(caller.endpoint and caller.key)
        named = caller.profile, alone
        if named not in self._sessions:
            variables = _NOTHING_OF_THE_MACHINE if alone else None
            session = Session(session_vars=variables, profile=caller.profile)
            if self._loader is None:
                self._loader = session.get_component("data_loader")
            session.register_component("data_loader", self._loader)
            # As the AWS CLI shows them: times and binary values as they came.
            factory = session.get_component("response_parser_factory")
            factory.set_parser_defaults(timestamp_parser=_as_it_came, blob_parser=_as_it_came)
            self._sessions[named] = session
        return self._sessions[named]

    def client(self, service: str, caller: Caller) -> Any:
        """The client of a service for a caller."""
        named = service, caller
        if named in self._clients:
            self._clients.move_to_end(named)
            return self._clients[named]
        client = self.session(caller).create_client(
            service,
            region_name=caller.region,
            endpoint_url=caller.endpoint,
            aws_access_key_id=caller.key,
            aws_secret_access_key=caller.secret,
            aws_session_token=caller.token or None,
            config=Config(retries=_RETRIES) if caller.endpoint else None,
        )
        self._clients[named] = client
        if len(self._clients) > _CLIENTS:
            _, oldest = self._clients.popitem(last=False)
            oldest.close()
        return client


def _as_it_came(value: Any) -> Any:
    return value
