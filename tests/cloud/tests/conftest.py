"""One local AWS for all tests, back to just-made-ready before each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from .world import World

TESTS = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local AWS whose clocks run fast."""
    yield from _served(tmp_path_factory.mktemp("fast"), 200)


@pytest.fixture(scope="session")
def slow_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local AWS whose clocks run as slowly as AWS's."""
    yield from _served(tmp_path_factory.mktemp("slow"), 1)


@pytest.fixture
def world(endpoint: str) -> World:
    """A fresh AWS."""
    return fresh(endpoint, 200)


@pytest.fixture
def slow_world(slow_endpoint: str) -> World:
    """A fresh AWS where everything takes its time."""
    return fresh(slow_endpoint, 1)


def fresh(endpoint: str, speed: float) -> World:
    """A local AWS that runs, back to just-made-ready."""
    urlopen(Request(f"{endpoint}/_cloud/reset", method="POST")).read()
    return World(endpoint, speed)


def _served(folder: Path, speed: float) -> Iterator[str]:
    command = [sys.executable, "-m", "cloud", "--port", "0", "--speed", str(speed), "--with-parent"]
    command += ["--ready-file", str(folder / "ready.json"), "--log", str(folder / "cloud.log")]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready http://127.0.0.1:")
        yield json.loads((folder / "ready.json").read_text())["endpoint"]
        process.terminate()
