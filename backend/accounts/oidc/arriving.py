"""From an identity at a provider to somebody here: known by it, or let in for the first time.

For the first time it takes an address that the provider has verified, and that has an account here,
an open invitation, or a domain that the operator names. From then on only the subject counts.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts import audit, invitations, users
from backend.accounts.audit import Act
from backend.accounts.oidc.id_token import Identity
from backend.accounts.oidc.tables import ExternalIdentity
from backend.accounts.people import a_stranger
from backend.accounts.signing_in import by_email
from backend.accounts.tables import Invitation, User
from backend.clock import utc_now


def arrive(
    session: Session, identity: Identity, domains: Sequence[str], address: str
) -> User | None:
    """The person; None for somebody whom nobody has let in, or whose account is disabled."""
    linked = session.get(ExternalIdentity, (identity.issuer, identity.subject))
    if linked is not None:
        return _active(session.get_one(User, linked.user_id))
    user = _first(session, identity, domains, address)
    if user is None or _active(user) is None:
        return None
    session.add(ExternalIdentity(issuer=identity.issuer, subject=identity.subject, user_id=user.id))
    who = a_stranger(address, user.email)
    audit.record(session, who, Act.IDENTITY_LINKED, user.id, issuer=identity.issuer)
    return user


def _first(
    session: Session, identity: Identity, domains: Sequence[str], address: str
) -> User | None:
    if identity.email is None:
        return None
    known = by_email(session, identity.email)
    if known is not None:
        return known
    who = a_stranger(address, identity.email)
    invited = session.scalars(
        select(Invitation)
        .where(
            Invitation.email == identity.email,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > utc_now(),
        )
        .order_by(Invitation.id)
        .limit(1)
    ).one_or_none()
    if invited is not None:
        return invitations.join(session, invited, identity.name, None, address)
    if identity.email.rpartition("@")[2] in {domain.lower() for domain in domains}:
        return users.create(session, who, identity.email, identity.name, None)
    return None


def _active(user: User) -> User | None:
    return user if user.disabled_at is None else None
