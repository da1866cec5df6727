"""What entities promised about a bottleneck: write it down, move its date, mark it as kept."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from geodata.agenda.records import Commitment, CommitmentDraft, Traba
from geodata.agenda.words import load_words
from layers import mesa as rules
from pages.components.mesa_actions import attempt, needed_day
from pages.components.mesa_board import SHAPES
from pages.components.mesa_context import Desk
from pages.components.mesa_form import Form
from pages.components.mesa_traba_form import draft_of, entity_choice
from pages.text import say


def commitments(desk: Desk, traba: Traba) -> None:
    """Draw the commitments of a bottleneck and the form of a new one."""
    made = [one for one in desk.commitments if one.traba_id == traba.traba_id]
    st.subheader(say("mesa.promise.title", count=len(made)), anchor=False)
    if not made:
        st.caption(say("mesa.promise.none"))
    for one in made:
        with st.container(border=True, gap="xsmall"):
            st.html(_promise_html(desk, one))
            if desk.may_write and one.is_open:
                _change_form(desk, one)
    if desk.may_write:
        with st.expander(say("mesa.promise.new")):
            _new_form(desk, traba)


def _promise_html(desk: Desk, one: Commitment) -> str:
    light = rules.commitment_light(one, desk.today)
    if one.done_on is not None:
        head = say("mesa.promise.done", day=one.done_on.isoformat())
    elif light is None:
        head = say("mesa.promise.withdrawn", reason=one.withdrawn_reason)
    else:
        head = f"{SHAPES[light]} {load_words().lights[light]}"
    person = [one.responsible, one.post] if desk.may_write else []
    who = " · ".join([desk.entity(one.entity), *(part for part in person if part)])
    dates = say("mesa.date", due=one.due.isoformat())
    if one.reprogrammings_count:
        dates = say(
            "mesa.date_moved",
            due=one.due.isoformat(),
            original=one.original_due.isoformat(),
            count=one.reprogrammings_count,
        )
    lines = [who, dates, *([say("mesa.promise.evidence", text=one.evidence)] if one.evidence else [])]
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<div class="mesa-card"><p class="mesa-light mesa-{light or "closed"}"><b>{escape(head)}</b></p>'
        f'<h4 dir="auto">{escape(one.text)}</h4>{body}</div>'
    )


def _new_form(desk: Desk, traba: Traba) -> None:
    form = Form(f"promise-{traba.traba_id}")
    with st.form(f"promise-form-{traba.traba_id}", border=False):
        st.text_area(say("mesa.fields.text"), key=form.key("text"), persist_state="session")
        entity, person, due = st.columns([2, 1.3, 1])
        with entity:
            entity_choice(form, desk, draft_of(traba))
        person.text_input(say("mesa.fields.responsible"), key=form.key("responsible"), persist_state="session")
        due.date_input(say("mesa.fields.due"), None, key=form.key("due"), format="YYYY-MM-DD", persist_state="session")
        st.form_submit_button(say("mesa.promise.add"), key="promise-send", on_click=_create, args=(desk, traba, form))


def _create(desk: Desk, traba: Traba, form: Form) -> None:
    session = desk.link.session
    text, entity, person, due = form.text("text"), form.text("entity"), form.text("responsible"), form.day("due")
    attempt(
        lambda _: desk.agenda.commitments.create(
            CommitmentDraft(
                traba_id=traba.traba_id,
                text=text,
                entity=entity,
                due=needed_day(due),
                session_id=session.session_id if session and not session.closed_at else None,
                responsible=person,
            ),
            form_key=form.once,
            actor=desk.acting(),
        ),
        form=form,
        done="promise",
    )


def _change_form(desk: Desk, one: Commitment) -> None:
    form = Form(f"change-{one.commitment_id}")
    with st.expander(say("mesa.promise.change", number=one.commitment_id)):
        what = st.segmented_control(
            say("mesa.do"),
            ["fulfil", "reprogram", "withdraw"],
            default="fulfil",
            format_func=lambda name: say(f"mesa.promise.{name}"),
            key=f"change-what-{one.commitment_id}",
        )
        with st.form(f"change-form-{one.commitment_id}", border=False):
            if what == "fulfil":
                st.date_input(say("mesa.fields.done_on"), desk.today, key=form.key("done_on"), format="YYYY-MM-DD")
                st.text_area(say("mesa.fields.evidence"), key=form.key("evidence"), persist_state="session")
            if what == "reprogram":
                st.date_input(say("mesa.fields.new_due"), None, key=form.key("due"), format="YYYY-MM-DD")
            if what in ("reprogram", "withdraw"):
                st.text_input(say("mesa.fields.reason"), key=form.key("reason"), persist_state="session")
            st.form_submit_button(
                say("mesa.save"), key=f"change-send-{one.commitment_id}", on_click=_change, args=(desk, one, what, form)
            )


def _change(desk: Desk, one: Commitment, what: str | None, form: Form) -> None:
    service, number = desk.agenda.commitments, one.commitment_id
    done_on, due = form.day("done_on"), form.day("due")
    evidence, reason = form.text("evidence"), form.text("reason")
    ways: dict[str | None, Callable[[int], object]] = {
        "fulfil": lambda version: service.fulfil(
            number, needed_day(done_on), evidence, row_version=version, actor=desk.acting()
        ),
        "reprogram": lambda version: service.reprogram(
            number, needed_day(due), reason, row_version=version, actor=desk.acting()
        ),
        "withdraw": lambda version: service.withdraw(number, reason, row_version=version, actor=desk.acting()),
    }
    typed = {"done_on": done_on, "evidence": evidence} if what == "fulfil" else {"due": due, "reason": reason}
    attempt(
        ways.get(what, ways["fulfil"]),
        version=one.row_version,
        typed=typed,
        form=form,
        done="promise_changed",
        set_aside=lambda text: desk.agenda.trabas.note(
            one.traba_id, say("mesa.conflict.note", text=text), actor=desk.acting()
        ),
    )
