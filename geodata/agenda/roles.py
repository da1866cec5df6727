"""Who may do what. Checked here, below the pages, before anything is written or a contact is read."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import TYPE_CHECKING

from geodata.agenda.records import Actor, Role
from geodata.errors import Problem, RoleError

if TYPE_CHECKING:
    from geodata.agenda.store import Agenda

LOCAL_NAME = "usuario local"


class Right(Enum):
    """What may be done, and the lowest role that may."""

    READ_AGENDA = (Role.CONSULTA, "leer la agenda")
    UPLOAD_LAYERS = (Role.ANALISTA, "agregar capas")
    WRITE_AGENDA = (Role.FACILITADOR, "escribir en la agenda")
    READ_CONTACTS = (Role.FACILITADOR, "ver datos de contacto")
    MANAGE_USERS = (Role.ADMINISTRADOR, "dar y quitar permisos")

    @property
    def role(self) -> Role:
        """The lowest role that has the right."""
        return self.value[0]

    @property
    def label(self) -> str:
        """What may be done, as people read it."""
        return self.value[1]


def may(actor: Actor, right: Right) -> bool:
    """Return whether somebody has a right."""
    return actor.role >= right.role


def require(actor: Actor, right: Right) -> None:
    """
    Return when somebody has a right.

    Raises
    ------
    RoleError
        If not.
    """
    if may(actor, right):
        return
    problem = Problem(
        what="su usuario no tiene permiso",
        where=right.label,
        expected=f"un usuario con el rol {right.role.word}",
        found=f"{actor.name or 'visitante'}, con el rol {actor.role.word}",
        repair="pida el rol a quien administra el atlas",
    )
    raise RoleError([problem])


def local_actor(name: str = "") -> Actor:
    """Return the only user of a machine where nobody signs in: full rights, under the name typed, if any."""
    return Actor(name.strip() or LOCAL_NAME, Role.ADMINISTRADOR, is_local=True)


def actor_of(identity: str, agenda: Agenda, administrators: Collection[str] = ()) -> Actor:
    """
    Return who an identity of the sign-in service is here; nobody unlisted writes.

    Parameters
    ----------
    identity
        What the sign-in service vouches for (an e-mail address); empty for somebody who has not signed in.
    administrators
        Identities that the installation's own configuration makes administrators: somebody must list the first one.
    """
    key = identity_key(identity)
    if not key:
        return Actor("", Role.CONSULTA)
    user = agenda.users.find(key)
    role = user.role if user else Role.CONSULTA
    if key in {identity_key(name) for name in administrators}:
        role = Role.ADMINISTRADOR
    return Actor(key, role, person=user.person if user else "")


def identity_key(identity: str) -> str:
    """Return an identity without what does not distinguish it: case and outer spaces."""
    return identity.strip().casefold()
