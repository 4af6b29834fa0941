"""How large the parts of a file may be. What is larger is refused by name, never cut."""

MOST_COLUMNS = 1_000
MOST_NAME_CHARACTERS = 200
MOST_CELL_CHARACTERS = 1_000_000
MOST_LINE_CHARACTERS = 8_000_000
"""Of a line of CSV or JSON Lines, or of one object in a JSON array: 25 times that in memory."""

MOST_JSON_DEPTH = 64
MOST_WHOLE_JSON_BYTES = 64_000_000
"""An object of arrays can't be read in pieces: its rows are complete only at its end."""

MOST_FOOTER_BYTES = 64_000_000
"""Of a Parquet file's own description, which is read at once."""

MOST_UNPACKED_BYTES = 16_000_000_000
"""Of what an import's archives hold together, and of the values that one Parquet or Arrow file
holds: four times what may be sent, as texts pack well. Callers may pass their own."""

MOST_UNPACKED_RATIO = 250
UNPACKED_AT_EASE_BYTES = 64_000_000
"""No table packs better than 250 to 1; but a small file may be as uniform as it likes."""

MOST_MEMBERS = 1_000
MOST_DIRECTORY_BYTES = 1_000_000
"""Of a ZIP archive's list of members, which is read at once."""

MOST_MEMORY_BYTES = 290_000_000
MOST_MEMORY_FOR_SIZE_BYTES = 500_000_000
"""What a reader that runs apart may take beyond what its process has at its start, and on top of
it twice the file's size, up to so much: an honest file's pieces grow with it, a bomb is small."""

FEW_ROWS = 10
"""Read at a time where 10,000 don't fit in memory: texts that are written once and meant often."""

CHUNK_ROWS = 10_000
CHUNK_CHARACTERS = 8_000_000
"""A piece of a file that is in memory at a time ends at whichever of the two comes first."""
