"""Invitations: a link that an administrator of a project makes and passes on. We mail nothing."""

from datetime import timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from backend.accounts import audit, secret_texts, users
from backend.accounts.audit import Act
from backend.accounts.people import Person, Role, a_stranger
from backend.accounts.signing_in import by_email, plain_email
from backend.accounts.tables import Invitation, Membership, User
from backend.clock import utc_now
from backend.ids import InvitationId
from backend.problems import Conflict, Gone, NotFound
from backend.studio import Studio

LASTS = timedelta(days=7)


def create(session: Session, who: Person, email: str, role: Role) -> tuple[Invitation, str]:
    """An invitation into the project that `who` is in, and its secret, which is shown this once.

    Raises Conflict if the address has an account: such a person is made a member instead.
    """
    if by_email(session, email) is not None:
        raise Conflict(
            "email_taken",
            "This address has an account",
            f"{plain_email(email)} has an account here. Add that person as a member instead.",
        )
    secret = secret_texts.new_secret(secret_texts.TOKEN_LETTERS)
    invitation = Invitation(
        digest=secret_texts.digest(secret),
        email=plain_email(email),
        project_id=who.project_id,
        role=role,
        invited_by=who.id,
        expires_at=utc_now() + LASTS,
    )
    session.add(invitation)
    session.flush()
    audit.record(session, who, Act.INVITED, invitation.id, email=invitation.email, role=role)
    return invitation, secret


def newest(who: Person) -> Select[Invitation]:
    """Those into the project that `who` is in, used and dead ones too."""
    return select(Invitation).where(Invitation.project_id == who.project_id)


def revoke(session: Session, who: Person, invitation_id: InvitationId) -> None:
    """Its link no longer works. Twice is once. Raises NotFound."""
    found = session.scalars(newest(who).where(Invitation.id == invitation_id)).one_or_none()
    if found is None:
        raise NotFound("invitation", invitation_id)
    if found.revoked_at is None and found.accepted_at is None:
        found.revoked_at = utc_now()
        audit.record(session, who, Act.INVITATION_REVOKED, found.id, email=found.email)


def check(session: Session, secret: str) -> Invitation:
    """Raises Gone unless it can be accepted."""
    found = session.scalars(
        select(Invitation).where(
            Invitation.digest == secret_texts.digest(secret),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > utc_now(),
        )
    ).one_or_none()
    if found is None or by_email(session, found.email) is not None:
        raise _gone()
    return found


def accept(studio: Studio, secret: str, name: str, password: str, address: str) -> User:
    """An account for the invited address, and its place in the project.

    Raises Gone, which is written down, and Invalid for a weak password: then the link stays good.
    """
    try:
        with studio.database.reading() as session:
            email = check(session, secret).email
        password_hash = users.new_password_hash(password, email, name)
        with studio.database.writing() as session:
            return join(session, check(session, secret), name, password_hash, address)
    except Gone:
        with studio.database.writing() as session:
            who = a_stranger(address)
            audit.record(session, who, Act.INVITATION_ACCEPTED, is_done=False)
        raise


def join(
    session: Session, invitation: Invitation, name: str, password_hash: str | None, address: str
) -> User:
    """Make the account of an open invitation; without a password for who signs in elsewhere.

    Raises Gone where somebody has just used it.
    """
    used = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None))
        .values(accepted_at=utc_now())
        .returning(Invitation.id)
    ).first()
    if used is None:
        raise _gone()
    who = a_stranger(address, invitation.email)
    user = users.create(session, who, invitation.email, name, password_hash)
    session.add(Membership(project_id=invitation.project_id, user_id=user.id, role=invitation.role))
    audit.record(
        session,
        who,
        Act.INVITATION_ACCEPTED,
        user.id,
        project_id=invitation.project_id,
        role=invitation.role,
    )
    return user


def _gone() -> Gone:
    return Gone(
        "invitation_over",
        "This invitation can't be used",
        "It works once, for seven days, unless it was taken back. Ask for a new one.",
    )
