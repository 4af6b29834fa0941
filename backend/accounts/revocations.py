"""When somebody's access last ended: for what lasts longer than a request, such as a stream.

The audit log has each such act, whichever server did it.
"""

from sqlalchemy import func, select

from backend.accounts.audit import Act
from backend.accounts.tables import AuditEntry
from backend.ids import AuditId
from backend.studio import Studio

ENDS_ACCESS = (
    Act.SIGNED_OUT,
    Act.SIGNED_OUT_EVERYWHERE,
    Act.PASSWORD_CHANGED,
    Act.USER_CHANGED,
    Act.MEMBER_SET,
    Act.MEMBER_REMOVED,
    Act.TOKEN_REVOKED,
)


def newest(studio: Studio) -> AuditId | None:
    """The newest act that may have ended somebody's access; another answer, and one has."""
    query = select(func.max(AuditEntry.id)).where(
        AuditEntry.act.in_(ENDS_ACCESS), AuditEntry.is_done
    )
    with studio.database.reading() as session:
        return session.scalar(query)
