"""Runs the AWS CLI for every line that comes in, in one process."""

import contextlib
import io
import json
import os
import sys
from typing import Any

from awscli.clidriver import create_clidriver

# By account and region: what the CLI has loaded for one caller serves the next call.
drivers: dict[tuple[str, str], Any] = {}
answers = sys.stdout
for line in sys.stdin:
    call = json.loads(line)
    os.environ.update(call["environment"])
    caller = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_REGION"])
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            driver = drivers.get(caller) or drivers.setdefault(caller, create_clidriver())
            status = driver.main(call["arguments"])
        except SystemExit as ended:
            status = ended.code
    print(json.dumps({"status": status, "output": output.getvalue(), "errors": errors.getvalue()}), file=answers)
    answers.flush()
