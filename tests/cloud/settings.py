"""What the local AWS is made of when it starts: accounts, trail, and how fast its clocks run."""

from __future__ import annotations

from dataclasses import dataclass, field

MANAGEMENT = "111111111111"
MEMBERS = ("222222222222", "333333333333", "444444444444")
HUB_REGION = "us-east-1"
TRAIL = "organization-trail"
BUCKET = f"organization-trail-{MANAGEMENT}"
MEMBER_ROLE = "OrganizationAccountAccessRole"
ORGANIZATION_ID = "o-localcloud"


@dataclass
class Settings:
    """The choices of one run, from the command line."""

    port: int = 0
    speed: float = 1.0
    accounts: list[str] = field(default_factory=list)

    @property
    def members(self) -> list[str]:
        """Every member account, the extra ones last."""
        return list(dict.fromkeys([*MEMBERS, *self.accounts]))

    @property
    def organization(self) -> list[str]:
        """Every account, management first."""
        return [MANAGEMENT, *self.members]

    @property
    def endpoint(self) -> str:
        """Where clients, and the functions that run here, find this AWS."""
        return f"http://127.0.0.1:{self.port}"


SETTINGS = Settings()
"""The running process's settings; the command line fills them in before anything else is imported."""
