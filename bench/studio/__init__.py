"""How fast the studio itself is: its start, its pages, the way from a click to a training's first
step."""
