"""Ids that sort by age and say what they are of: a prefix and a UUIDv7, as TypeID sets out.

Source: https://github.com/jetify-com/typeid/tree/main/spec
"""

from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typeid import TypeID

_A_UUID = "01h455vb4pex5vsknk084sn02q"


def _shown(kind: "type[Id]") -> dict[str, Any]:
    """What a JSON Schema says beside the pattern."""
    return {"pydantic_js_updates": {"examples": [f"{kind.prefix}_{_A_UUID}"]}}


class Id(str):
    """An id of one kind of thing. Its text is its value: `run_01h455vb4pex5vsknk084sn02q`."""

    prefix: ClassVar[str]

    @classmethod
    def new(cls) -> Self:
        return cls(TypeID(prefix=cls.prefix))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        pattern = f"^{cls.prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(pattern=pattern, metadata=_shown(cls)),
            serialization=core_schema.to_string_ser_schema(),
        )


class ProjectId(Id):
    prefix = "proj"


class PersonId(Id):
    prefix = "usr"


class SessionId(Id):
    prefix = "ses"


class TokenId(Id):
    prefix = "tok"


class InvitationId(Id):
    prefix = "inv"


class ClaimId(Id):
    prefix = "clm"


class AuditId(Id):
    prefix = "aud"


class DatasetId(Id):
    prefix = "ds"


class VersionId(Id):
    prefix = "dsv"


class UploadId(Id):
    prefix = "upl"


class ProfileId(Id):
    prefix = "prf"


class RecipeId(Id):
    prefix = "rcp"


class RunId(Id):
    prefix = "run"


class ExperimentId(Id):
    prefix = "exp"


class JobId(Id):
    prefix = "job"


class ModelId(Id):
    prefix = "mdl"


class EvaluationId(Id):
    prefix = "eval"


class PublicationId(Id):
    prefix = "pub"


class WebhookEndpointId(Id):
    prefix = "whe"


class WebhookDeliveryId(Id):
    prefix = "whd"


class DestinationId(Id):
    prefix = "nds"


class NotificationId(Id):
    prefix = "ntf"


class ShareId(Id):
    prefix = "shr"


class WorkerId(Id):
    prefix = "wkr"


class RequestId(Id):
    prefix = "req"
