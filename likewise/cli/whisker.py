"""The whisker: a difference, its 95 % interval, and "no different", drawn on one line.

──┼───●──    the band is the interval, the dot the difference, the cross no difference
"""

BAND, ZERO, DOT = "─", "┼", "●"
WIDTH = 25


def whisker(difference: float, ci95: tuple[float, float], width: int = WIDTH) -> str:
    """`width` columns, odd, with zero in the middle, so that rows below each other compare.

    The scale is the interval's own: its far end touches the edge.
    """
    low, high = ci95
    middle = width // 2
    reach = max(abs(low), abs(high), abs(difference)) or 1.0

    def column(value: float) -> int:
        return middle + round(value / reach * middle)

    cells = [" "] * width
    for place in range(column(low), column(high) + 1):
        cells[place] = BAND
    cells[middle] = ZERO
    cells[column(difference)] = DOT
    return "".join(cells)
