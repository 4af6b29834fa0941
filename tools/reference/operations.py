"""The page of the operations on data."""

from collections.abc import Iterator

from backend.datasets.operations.by_name import OPERATIONS
from backend.datasets.operations.operation import Operation
from tools.reference.arguments import default
from tools.reference.markdown import code, page, table, text


def operations() -> str:
    return page(
        "Operations on data",
        "Each makes a new version of a dataset, and the old one stays. On the page of a version they "
        "stand under *Convert or repair*; over REST they are [steps](../api.md#changing-it).",
        *(part for operation in OPERATIONS.values() for part in _operation(operation)),
    )


def _operation(operation: type[Operation]) -> Iterator[str]:
    yield f"## {operation.name}"
    yield text(operation.purpose)
    yield table(
        ("parameter", "default", "meaning"),
        (
            (
                code(name),
                "must be said" if field.is_required() else default(field) or "none",
                text(field.description or ""),
            )
            for name, field in operation.model_fields.items()
        ),
    )
    if operation.needs_model:
        yield "It needs a model, so a worker of the queue `gpu` does it."
