"""Who may do what, below the pages: roles, contacts and the list of users."""

from __future__ import annotations

from datetime import date

import pytest

from geodata.agenda.records import Actor, AttendanceDraft, MesaDraft, Role, SessionDraft
from geodata.agenda.roles import Right, actor_of, local_actor, may
from geodata.errors import ContractError, RoleError
from tests.geodata.agenda.people import ANA, CHIEF, GAP, READER, START, a_mesa, a_promise, a_traba, committed, draft_of

VISITOR = Actor("", Role.CONSULTA)


def test_each_role_may_what_the_lower_ones_may():
    """The table of rights, in full."""
    rights = {role: {right.name for right in Right if may(Actor("x", role), right)} for role in Role}
    assert rights[Role.CONSULTA] == {"READ_AGENDA"}
    assert rights[Role.ANALISTA] == {"READ_AGENDA", "UPLOAD_LAYERS"}
    assert rights[Role.FACILITADOR] == rights[Role.ANALISTA] | {"WRITE_AGENDA", "READ_CONTACTS"}
    assert rights[Role.ADMINISTRADOR] == rights[Role.FACILITADOR] | {"MANAGE_USERS"}
    assert [role.word for role in Role] == ["consulta", "analista", "facilitador", "administrador"]


def test_no_write_of_the_agenda_passes_without_the_role(agenda):
    """Every method that writes refuses a visitor and an analyst, before touching anything."""
    mesa = a_mesa(agenda)
    session = agenda.mesas.create_session(SessionDraft(mesa.mesa_id, date(2026, 2, 15)), actor=ANA)
    there = agenda.mesas.attend(AttendanceDraft(session.session_id, "ana"), actor=ANA)
    traba = committed(agenda, mesa)
    promise = agenda.commitments.create(a_promise(traba), actor=ANA)
    written = len(agenda.log.all())
    day, mesa_draft = date(2026, 5, 1), MesaDraft("M", "050000", "department", START)
    numbers = {"row_version": 1}
    for actor in (VISITOR, READER):
        for attempt in (
            lambda who: agenda.mesas.create(mesa_draft, **who),
            lambda who: agenda.mesas.edit(mesa.mesa_id, mesa_draft, **numbers, **who),
            lambda who: agenda.mesas.create_session(SessionDraft(mesa.mesa_id, day), **who),
            lambda who: agenda.mesas.edit_session(
                session.session_id, SessionDraft(mesa.mesa_id, day), **numbers, **who
            ),
            lambda who: agenda.mesas.close_session(session.session_id, **numbers, **who),
            lambda who: agenda.mesas.attend(AttendanceDraft(session.session_id, "psi"), **who),
            lambda who: agenda.mesas.leave(there.attendance_id, **who),
            lambda who: agenda.trabas.create(draft_of(mesa), **who),
            lambda who: agenda.trabas.edit(traba.traba_id, draft_of(mesa), **numbers, **who),
            lambda who: agenda.trabas.link(traba.traba_id, [GAP], **who),
            lambda who: agenda.trabas.unlink(traba.traba_id, 1, **who),
            lambda who: agenda.trabas.move(traba.traba_id, "en_ejecucion", **numbers, **who),
            lambda who: agenda.trabas.reprogram(traba.traba_id, day, "x", **numbers, **who),
            lambda who: agenda.trabas.note(traba.traba_id, "x", **who),
            lambda who: agenda.commitments.create(a_promise(traba), **who),
            lambda who: agenda.commitments.edit(promise.commitment_id, a_promise(traba), **numbers, **who),
            lambda who: agenda.commitments.reprogram(promise.commitment_id, day, "x", **numbers, **who),
            lambda who: agenda.commitments.fulfil(promise.commitment_id, day, "x", **numbers, **who),
            lambda who: agenda.commitments.reopen(promise.commitment_id, "x", **numbers, **who),
            lambda who: agenda.commitments.withdraw(promise.commitment_id, "x", **numbers, **who),
            lambda who: agenda.contacts.save("ana", "Pedro Rojas", phone="1", **who),
            lambda who: agenda.contacts.of("ana", "Pedro Rojas", **who),
            lambda who: agenda.contacts.all(**who),
            lambda who: agenda.users.save("x@y.pe", Role.ANALISTA, **who),
            lambda who: agenda.users.remove("x@y.pe", **who),
            lambda who: agenda.users.all(**who),
        ):
            with pytest.raises(RoleError, match="no tiene permiso"):
                attempt({"actor": actor})
    assert len(agenda.log.all()) == written


def test_contacts_are_kept_apart_and_never_reach_the_log(agenda):
    """A facilitator writes and reads them; no entry of the log and no other record holds the number."""
    agenda.contacts.save("ana", "Pedro Rojas", phone="966 123 456", email="pedro@ana.gob.pe", actor=ANA)
    found = agenda.contacts.of("ana", "Pedro Rojas", actor=ANA)
    assert (found.phone, found.email) == ("966 123 456", "pedro@ana.gob.pe")
    assert agenda.contacts.all(actor=ANA) == [found]
    a_traba(agenda)
    assert "966 123" not in repr(agenda.log.all()) + repr(agenda.trabas.all())
    agenda.contacts.save("ana", "Pedro Rojas", actor=ANA)
    assert agenda.contacts.of("ana", "Pedro Rojas", actor=ANA) is None
    assert [entry.action for entry in agenda.log.of("contact", "ana, Pedro Rojas")] == ["save", "remove"]
    with pytest.raises(ContractError, match="hasta 200 caracteres"):
        agenda.contacts.save("ana", "x" * 201, phone="1", actor=ANA)


def test_nobody_unlisted_writes(agenda):
    """Signed in but not listed, or not signed in: consulta. Listed: the role of the list, whatever the case."""
    agenda.users.save("Ana@GORE.pe ", Role.FACILITADOR, person="Ana Quispe", actor=CHIEF)
    assert actor_of("ana@gore.pe", agenda) == Actor("ana@gore.pe", Role.FACILITADOR, "Ana Quispe")
    for identity in ("otra@gore.pe", "", "  "):
        assert actor_of(identity, agenda).role is Role.CONSULTA
        with pytest.raises(RoleError):
            agenda.mesas.create(MesaDraft("M", "050000", "department", START), actor=actor_of(identity, agenda))


def test_the_configuration_names_the_first_administrator(agenda):
    """With an empty list of users somebody must be able to fill it."""
    chief = actor_of("Jefa@gore.pe", agenda, administrators=["jefa@gore.pe"])
    assert chief.role is Role.ADMINISTRADOR
    assert agenda.users.save("ana@gore.pe", Role.FACILITADOR, actor=chief).role is Role.FACILITADOR
    assert actor_of("", agenda, administrators=[""]).role is Role.CONSULTA


def test_only_administrators_give_roles_and_the_last_one_stays(agenda):
    """A facilitator gives none; the last administrator can neither step down nor be removed."""
    with pytest.raises(RoleError, match="con el rol facilitador"):
        agenda.users.save("x@y.pe", Role.ANALISTA, actor=ANA)
    agenda.users.save(CHIEF.name, Role.ADMINISTRADOR, actor=local_actor())
    for attempt in (
        lambda: agenda.users.remove(CHIEF.name, actor=CHIEF),
        lambda: agenda.users.save(CHIEF.name, Role.CONSULTA, actor=CHIEF),
    ):
        with pytest.raises(ContractError, match="al menos una persona que administre"):
            attempt()
    agenda.users.save("otra@gore.pe", Role.ADMINISTRADOR, actor=CHIEF)
    agenda.users.remove(CHIEF.name, actor=CHIEF)
    assert agenda.users.role_of(CHIEF.name) is None
    assert [user.identity for user in agenda.users.all(actor=local_actor())] == ["otra@gore.pe"]
    actions = [(entry.action, entry.object_id) for entry in agenda.log.all()]
    assert actions[-1] == ("remove", CHIEF.name)


def test_the_local_user_has_every_right_under_the_name_typed():
    """One user on one machine; the name typed is the one that the log keeps."""
    assert local_actor() == Actor("usuario local", Role.ADMINISTRADOR, is_local=True)
    assert local_actor(" Ana ").name == "Ana"


def test_entries_that_name_a_contact_or_a_user_are_not_for_everybody(agenda):
    """Who only reads sees what was done to the agenda, not the address of a user nor whose contact was kept."""
    a_mesa(agenda)
    agenda.contacts.save("ana", "Pedro Rojas", phone="1", actor=ANA)
    agenda.users.save("ana@gore.pe", Role.FACILITADOR, person="Ana", actor=CHIEF)
    visitor = Actor("", Role.CONSULTA)
    assert {entry.kind for entry in agenda.log.latest(actor=ANA)} == {"mesa", "contact", "user"}
    assert {entry.kind for entry in agenda.log.latest(actor=visitor)} == {"mesa"}
