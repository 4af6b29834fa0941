"""A size, and which one is marked, as a person would say it. Pure."""

from backend.models.sizes.schemas import Precision, TriedOut

_STORED = {
    Precision.FLOAT32: "as 32-bit floats",
    Precision.INT8: "in bytes (int8)",
    Precision.BINARY: "in bits (binary)",
}


def called(layers: int | None, dimensions: int, precision: Precision) -> str:
    """96 dimensions in bytes (int8), 3 layers."""
    return f"{dimensions:,} dimensions {_STORED[precision]}{depth_in_words(layers)}"


def depth_in_words(layers: int | None) -> str:
    """What follows: nothing where the layers can't be told."""
    return "" if layers is None else f", {layers} layer{'s' if layers != 1 else ''}"


def in_words(whole: TriedOut, chosen: TriedOut, margin: float) -> str:
    """Which is marked, and why."""
    if chosen is whole:
        return (
            f"None is surely sound. Of every smaller size it is either measured to be worse, or these "
            f"items can't rule out that it loses {margin:g} or more."
        )
    times = whole.bytes_per_vector / chosen.bytes_per_vector
    size = (
        f"{times:.0f} times smaller"
        if times >= 1.5
        else f"{whole.milliseconds_per_text / chosen.milliseconds_per_text:.1f} times as fast"
    )
    name = called(chosen.layers, chosen.dimensions, chosen.precision)
    return (
        f"The smallest that is not measurably worse: {name}, {size}. It surely loses less than "
        f"{margin:g}."
    )
