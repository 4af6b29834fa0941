"""Figures and times, as a person says them."""

from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def duration(seconds: float) -> str:
    """`8 s`, `4 min`, `1 h 20 min`: two significant figures are enough to wait by."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    hours, rest = divmod(seconds, HOUR)
    return f"{hours:.0f} h {rest / MINUTE:.0f} min"


def ago(then: datetime, now: datetime | None = None) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = ((now or datetime.now(UTC)) - then).total_seconds()
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return "just now"


def size(size_bytes: int) -> str:
    """In the decimal units that disks are sold in."""
    for power, unit in ((9, "GB"), (6, "MB"), (3, "kB")):
        if size_bytes >= 10**power:
            return f"{size_bytes / 10**power:.3g} {unit}"
    return f"{size_bytes} B"
