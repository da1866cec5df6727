"""Who may do what, and how to reach people: two lists that few may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from geodata.agenda import checks
from geodata.agenda.desk import Desk, Work, found, record, refuse
from geodata.agenda.models import ContactRow, UserRow
from geodata.agenda.records import Actor, Contact, Role, User
from geodata.agenda.roles import Right, identity_key, require
from geodata.errors import Problem


@dataclass(frozen=True)
class Contacts:
    """Telephones and addresses of officials: facilitators read them; the log never holds them."""

    desk: Desk

    def of(self, entity: str, person: str, *, actor: Actor) -> Contact | None:
        """Return how to reach a person of an entity, or None when nobody wrote it."""
        require(actor, Right.READ_CONTACTS)
        with self.desk.reading() as transaction:
            row = transaction.get(ContactRow, (entity, person))
            return record(Contact, row) if row else None

    def all(self, *, actor: Actor) -> list[Contact]:
        """Return every contact, by entity and person."""
        require(actor, Right.READ_CONTACTS)
        query = select(ContactRow).order_by(ContactRow.entity, ContactRow.person)
        with self.desk.reading() as transaction:
            return [record(Contact, row) for row in transaction.scalars(query)]

    def save(self, entity: str, person: str, *, actor: Actor, phone: str = "", email: str = "") -> Contact:
        """Write how to reach a person; the last one written stands. Without telephone and address, it is forgotten."""
        values = {"entity": entity, "person": person, "phone": phone, "email": email}
        with self.desk.work(actor) as work:
            problems = [*checks.texts(values), *checks.required(values, "person"), *checks.short("person", person)]
            refuse([*problems, *checks.entity("entity", entity, self.desk.entities), *checks.short("entity", entity)])
            row = work.transaction.get(ContactRow, (entity, person), with_for_update=True)
            if row is not None and not (phone or email):
                work.transaction.delete(row)
            elif phone or email:
                work.transaction.merge(ContactRow(**values))
            action = "save" if phone or email else "remove"
            work.log("contact", f"{entity}, {person}", action)
            return Contact(**values)


@dataclass(frozen=True)
class Users:
    """Identities of the sign-in service and their roles."""

    desk: Desk

    def find(self, identity: str) -> User | None:
        """Return a user; None for one whom nobody listed."""
        with self.desk.reading() as transaction:
            row = transaction.get(UserRow, identity_key(identity))
            return _user(row) if row else None

    def role_of(self, identity: str) -> Role | None:
        """Return the role of an identity; None for one whom nobody listed."""
        user = self.find(identity)
        return user.role if user else None

    def all(self, *, actor: Actor) -> list[User]:
        """Return every user."""
        require(actor, Right.MANAGE_USERS)
        with self.desk.reading() as transaction:
            return [_user(row) for row in transaction.scalars(select(UserRow).order_by(UserRow.identity))]

    def save(self, identity: str, role: Role, *, actor: Actor, person: str = "") -> User:
        """List somebody, or change their role."""
        key = identity_key(identity)
        values = {"identity": key, "person": person, "role": role.word}
        with self.desk.work(actor, Right.MANAGE_USERS) as work:
            row = work.transaction.get(UserRow, key, with_for_update=True)
            problems = [*checks.texts(values), *checks.required(values, "identity"), *checks.short("identity", key)]
            refuse([*problems, *_last_administrator(work, row, role)])
            before = {"person": row.person, "role": row.role} if row else None
            work.transaction.merge(UserRow(**values))
            work.log("user", key, "save", before=before, after={"person": person, "role": role.word})
            return User(key, person, role)

    def remove(self, identity: str, *, actor: Actor) -> None:
        """Take somebody off the list: from now on they only read."""
        key = identity_key(identity)
        with self.desk.work(actor, Right.MANAGE_USERS) as work:
            row = found(work.transaction.get(UserRow, key, with_for_update=True), "identity", key)
            refuse(_last_administrator(work, row, Role.CONSULTA))
            work.transaction.delete(row)
            work.log("user", key, "remove", before={"person": row.person, "role": row.role})


def _user(row: UserRow) -> User:
    return User(row.identity, row.person, Role.of_word(row.role))


def _last_administrator(work: Work, row: UserRow | None, role: Role) -> Iterator[Problem]:
    """Yield the change after which nobody signed in could give permissions any more."""
    if row is None or row.role != Role.ADMINISTRADOR.word or role == Role.ADMINISTRADOR or work.actor.is_local:
        return
    query = select(func.count()).select_from(UserRow).where(UserRow.role == Role.ADMINISTRADOR.word)
    if work.transaction.scalar(query) == 1:
        repair = "dé antes ese rol a otra persona"
        yield checks.problem("role", "al menos una persona que administre", "la última", repair)
