"""Batches without padding: the same numbers for fewer sums.

    padded batch ──rows_of──▶ Rows, longest first ──▶ PACKED: all in one row, attention in buckets
                                                  └─▶ BUCKETS: a forward for each bucket

A transformer's forward asks `without_padding` first; nobody else knows.
"""

from worker.engine.packing.run import without_padding

__all__ = ["without_padding"]
