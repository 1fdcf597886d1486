"""The filter as people write it: gzip and json. Prints, for each folder, the seconds of each round and what it keeps."""

import gzip
import json
import pathlib
import sys
import time

DENIED = ("AccessDenied", "UnauthorizedOperation")
ASKED = {"GetCallerIdentity": "sts.amazonaws.com", "ConsoleLogin": "signin.amazonaws.com"}


def suspicious(record):
    if record.get("userIdentity", {}).get("type") != "IAMUser":
        return False
    code = record.get("errorCode", "")
    return any(word in code for word in DENIED) or ASKED.get(record.get("eventName"), "-") == record.get("eventSource")


def kept(data):
    records = json.loads(gzip.decompress(data))["Records"]
    return [json.dumps(record) for record in records if suspicious(record)]


def main():
    rounds = int(sys.argv[1])
    for folder in sys.argv[2:]:
        objects = [path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())]
        times = []
        for _ in range(rounds):
            begun = time.perf_counter()
            count = sum(len(kept(data)) for data in objects)
            times.append(time.perf_counter() - begun)
        print(json.dumps({"seconds": times, "kept": count}), flush=True)


main()
