"""How large the parts of a file may be. What is larger is refused by name, never cut."""

MOST_COLUMNS = 1_000
MOST_NAME_CHARACTERS = 200
MOST_CELL_CHARACTERS = 1_000_000
MOST_LINE_CHARACTERS = 16_000_000
"""Of a line of CSV or JSON Lines, or of one object in a JSON array."""

MOST_JSON_DEPTH = 64
MOST_WHOLE_JSON_BYTES = 64_000_000
"""An object of arrays can't be read in pieces: its rows are complete only at its end."""

MOST_FOOTER_BYTES = 64_000_000
"""Of a Parquet file's own description, which is read at once."""

CHUNK_ROWS = 10_000
CHUNK_CHARACTERS = 8_000_000
"""A piece of a file that is in memory at a time ends at whichever of the two comes first."""
