"""Makes the call of the command line, or with `--serve` those that come in, a line of JSON each."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

if not __package__:
    # Started as a folder: what is imported begins two levels up.
    sys.path[0] = str(Path(__file__).parents[2])

from cloud.client.call import outcome, written
from cloud.client.sessions import Caller, Sessions


def main(words: list[str]) -> int:
    """Makes the call, or serves; answers the exit status."""
    if words == ["--serve"]:
        return serve()
    caller = Caller(region=os.environ.get("AWS_REGION"))
    told = outcome(Sessions(), caller, words)
    if "failed" in told:
        print(f"aws: {told['failed']}", file=sys.stderr)
        return 252
    if refused := told.get("refused"):
        code, message, operation = refused["code"], refused["message"], refused["operation"]
        print(f"aws: An error occurred ({code}) when calling the {operation} operation: {message}", file=sys.stderr)
        return 254
    if told["result"] != {}:
        print(written(told["result"], indent=4, ensure_ascii=False))
    return 0


def serve() -> int:
    """Answers calls, one at a time, until nobody can ask any more."""
    # Ctrl-C is for whoever asks; that its pipe closes then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers, sys.stdout = sys.stdout, sys.stderr
    sessions = Sessions()
    for line in sys.stdin.buffer:
        call = json.loads(line)
        print(written(outcome(sessions, Caller(**call["caller"]), call["words"])), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
