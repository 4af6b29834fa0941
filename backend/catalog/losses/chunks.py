"""How a cached loss cuts its batches."""

from backend.catalog.rows import Kind, Parameter


def chunks_of(texts: int) -> tuple[Parameter, ...]:
    """The parameters of a loss that reads `texts` at a time unless told otherwise."""
    return (
        Parameter(
            name="mini_batch_size",
            default=texts,
            at_least=1,
            help="How many texts are read at a time. It changes the memory and the time, no more.",
        ),
        Parameter(
            name="mini_batch_num_tokens",
            default=None,
            of=Kind.WHOLE,
            or_none=True,
            at_least=1,
            help="Read as many texts at a time as have this many tokens; left out, mini_batch_size.",
        ),
    )
