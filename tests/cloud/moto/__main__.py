"""`python -m cloud.moto` is `python -m cloud --backend moto`."""

from __future__ import annotations

import sys

from ..__main__ import main

sys.argv += ["--backend", "moto"]
main()
