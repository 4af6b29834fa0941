"""The page of the environment variables."""

from collections.abc import Iterator

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from backend.settings import Settings
from tools.reference.markdown import code, page, table, text


def settings() -> str:
    return page(
        "Settings",
        "Environment variables of server and workers. Times are in seconds, sizes in bytes; lists and "
        "tables are JSON. [Running a studio](../operations.md#settings) says more of each.",
        table(("variable", "default", "meaning"), _rows()),
    )


def _rows() -> Iterator[tuple[str, str, str]]:
    for name, field in Settings.model_fields.items():
        yield code(f"LIKEWISE_{name.upper()}"), _default(name, field), text(field.description or "")


def _default(name: str, field: FieldInfo) -> str:
    if name == "data":
        return "the user's data folder"  # not that of whoever makes this page
    value = field.get_default(call_default_factory=True, validated_data={})
    if value in (None, [], {}) or isinstance(value, SecretStr):
        return "none"
    if isinstance(value, dict):
        return code(str(value).replace("'", '"'))
    return code(str(value).lower() if isinstance(value, bool) else value)
