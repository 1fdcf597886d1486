"""What is there before anybody asks for anything, and the way back to it.

A reset empties MiniStack and makes the organization, the trail and its bucket anew, which takes
milliseconds. What waits (retries of asynchronous invocations) ends without doing anything.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ministack import app as ministack

from . import (
    alarms,
    authorization,
    buses,
    clock,
    conditions,
    connections,
    creation,
    embedded_metrics,
    environment,
    events,
    faults,
    function_metrics,
    function_tags,
    functions,
    identities,
    lags,
    logs,
    missing,
    notifications,
    old_roles,
    organization,
    output,
    policies,
    processes,
    sessions,
    suspended,
    synchronous,
    tags,
    topics,
    trail,
    users,
)
from .journal import JUDGEMENTS, MESSAGES, REQUESTS, TRACE
from .settings import BUCKET, HUB_REGION, MANAGEMENT, SETTINGS, TRAIL

_PARTS = (
    organization,
    trail,
    identities,
    conditions,
    authorization,
    buses,
    events,
    topics,
    sessions,
    functions,
    function_metrics,
    synchronous,
    creation,
    function_tags,
    environment,
    logs,
    embedded_metrics,
    notifications,
    output,
    alarms,
    tags,
    users,
    missing,
    old_roles,
    lags,
)


def install() -> None:
    """Puts the layer over MiniStack; once, before it serves."""
    connections.install()
    for part in _PARTS:
        part.install()


async def make_ready() -> None:
    """Makes the organization, the trail and its bucket."""
    identities.make_ready()
    organization.make_ready()
    await trail.make_ready()
    policies.forget_births()
    alarms.forget()


async def reset() -> None:
    """Back to what was just made ready."""
    clock.begin_era()
    faults.plan({})
    suspended.forget()
    processes.forget()
    old_roles.forget()
    sessions.forget()
    async with ministack._get_reset_lock():
        await asyncio.to_thread(ministack._reset_all_state)
        await make_ready()
    REQUESTS.clear()
    TRACE.clear()
    MESSAGES.clear()
    JUDGEMENTS.clear()


def end() -> None:
    """Wakes what still waits, so that nothing outlives the process."""
    clock.begin_era()


def facts() -> dict[str, Any]:
    """Where everything is, for the ready file and for health."""
    return {
        "endpoint": SETTINGS.endpoint,
        "management_account": MANAGEMENT,
        "member_accounts": SETTINGS.members,
        "trail": TRAIL,
        "bucket": BUCKET,
        "hub_region": HUB_REGION,
    }
