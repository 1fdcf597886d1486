"""The filter as people write it: gzip and json.

Prints, for each folder, the seconds of each round and what it keeps.
"""

import gzip
import json
import pathlib
import sys
import time
from typing import Any

DENIED = ("AccessDenied", "UnauthorizedOperation")
ASKED = {"GetCallerIdentity": "sts.amazonaws.com", "ConsoleLogin": "signin.amazonaws.com"}


def suspicious(record: dict[str, Any]) -> bool:
    if record.get("userIdentity", {}).get("type") != "IAMUser":
        return False
    code = record.get("errorCode", "")
    if any(word in code for word in DENIED):
        return True
    return ASKED.get(record.get("eventName", ""), "-") == record.get("eventSource")


def kept(data: bytes) -> list[str]:
    records = json.loads(gzip.decompress(data))["Records"]
    return [json.dumps(record) for record in records if suspicious(record)]


def main() -> None:
    rounds = int(sys.argv[1])
    for folder in sys.argv[2:]:
        objects = [path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())]
        times, count = [], 0
        for _ in range(rounds):
            begun = time.perf_counter()
            count = sum(len(kept(data)) for data in objects)
            times.append(time.perf_counter() - begun)
        print(json.dumps({"seconds": times, "kept": count}), flush=True)


main()
