"""Figures as a page says them. Pure: filters of the templates."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

MINUS = "\u2212"
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def count(number: int) -> str:
    """2431 → 2,431"""
    return f"{number:,}"


def figure(value: float) -> str:
    """Three decimals, as metrics between 0 and 1 are told: 0.41189 → 0.412."""
    return f"{value:.3f}".replace("-", MINUS)


def difference(value: float) -> str:
    """A figure with its sign: 0.0561 → +0.056."""
    return f"{value:+.3f}".replace("-", MINUS)


def duration(seconds: float) -> str:
    """As exact as one wants to wait for: 42 s, 6 min, 1 h 20 min."""
    if seconds < 60:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size(size_bytes: int) -> str:
    """91232100 → 91 MB"""
    for unit, name in _BYTES:
        if size_bytes >= unit:
            return f"{size_bytes / unit:.0f} {name}"
    return f"{size_bytes} B"


def rough_size(size_bytes: float) -> str:
    """What is only about so much: 1123000000 → 1.1 GB, 340000000 → 0.3 GB, 12.4 GB → 12 GB."""
    amount = size_bytes / 1e9
    return f"{amount:.0f} GB" if amount >= 9.95 else f"{max(amount, 0.1):.1f} GB"


def moment(at: datetime) -> str:
    """A time that needs no script: 23 Nov 2026, 14:00 UTC."""
    return at.astimezone(UTC).strftime("%d %b %Y, %H:%M UTC").lstrip("0")


def clock(at: datetime) -> str:
    """The time of day alone, for lines of a log."""
    return at.astimezone(UTC).strftime("%H:%M:%S")


FILTERS: dict[str, Callable[[Any], str]] = {
    "count": count,
    "figure": figure,
    "difference": difference,
    "duration": duration,
    "size": size,
    "rough_size": rough_size,
    "moment": moment,
    "clock": clock,
}
