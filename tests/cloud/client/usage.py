"""What is wrong with a command line."""

from __future__ import annotations


class Usage(Exception):
    """A command line that can't be understood; the message names the word."""
