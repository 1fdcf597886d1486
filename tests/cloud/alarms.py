"""Alarms, evaluated on a clock that runs `--speed` times faster."""


def install() -> None:
    """To come."""
