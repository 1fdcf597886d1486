"""What is wrong with a command line."""

from __future__ import annotations


class UsageError(Exception):
    """A command line that can't be understood; the message names the word."""
