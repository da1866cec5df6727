"""
The session mode, for the projector: big type, one row at a time, at most fifteen, by keyboard alone.

Arrows move from row to row; Tab reaches every field and button, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import streamlit as st

from geodata.agenda.records import AttendanceDraft, Session, Traba
from layers import mesa as rules
from pages.components import mesa_link
from pages.components.mesa_actions import attempt
from pages.components.mesa_board import dates_line, light_html, responsible_line
from pages.components.mesa_choice import session_label
from pages.components.mesa_context import Desk
from pages.components.mesa_form import Form
from pages.components.mesa_gaps import figures_html
from pages.components.mesa_moves import actions
from pages.text import say
from pipelines.export.acta import ACTA_WRITERS, acta_bytes
from pipelines.export.acta_content import acta_of

_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_ATTENDANCE = Form("attendance")
_CLOSING = "mesa-closing"


def session_mode(desk: Desk, session: Session) -> None:
    """Draw the row that the session is looking at, and what belongs to the session below it."""
    rows = rows_of(desk)
    st.html('<div class="mesa-projector"></div>')
    _head(desk, session, len(rows))
    if rows:
        traba = rows[min(desk.link.row, len(rows) - 1)]
        st.html(_big_html(desk, traba))
        actions(desk, traba)
    else:
        st.info(say("mesa.session.nothing"))
    st.divider()
    coming, closing = st.columns([1.4, 1], gap="large")
    with coming:
        _attendance(desk, session)
    with closing:
        _closing(desk, session)


def rows_of(desk: Desk) -> list[Traba]:
    """Return the rows of a session: at most fifteen, the overdue first, then by impact and feasibility."""
    by_number = {traba.traba_id: traba for traba in desk.trabas}
    page = rules.session_page(desk.trabas, desk.commitments, desk.today)
    return [by_number[int(number)] for number in page["traba_id"]]


def acta_buttons(desk: Desk, session: Session) -> None:
    """Draw the downloads of the acta; before the session is closed it says that it is a draft."""
    for column, file_format in zip(st.columns(len(ACTA_WRITERS)), ACTA_WRITERS, strict=True):
        column.download_button(
            say(f"mesa.acta.{file_format}"),
            data=_maker(desk, session, file_format),
            file_name=say("mesa.acta.file_name", day=session.held_on.isoformat(), number=session.session_id)
            + f".{file_format}",
            mime=_MEDIA[file_format],
            on_click="ignore",
            key=f"acta-{file_format}",
            icon=":material/download:",
            width="stretch",
        )


def _maker(desk: Desk, session: Session, file_format: str) -> Callable[[], bytes]:
    def make() -> bytes:
        acta = acta_of(
            desk.agenda, session, desk.acting(), places=desk.places, release=desk.release, moment=datetime.now(UTC)
        )
        return acta_bytes(acta, file_format)

    return make


def _head(desk: Desk, session: Session, count: int) -> None:
    leave, title, before, after = st.columns([1, 4, 1, 1], vertical_alignment="center")
    leave.button(
        say("mesa.session.leave"), key="session-leave", on_click=lambda: mesa_link.write(vista=None, fila=None)
    )
    row = min(desk.link.row, max(count - 1, 0))
    with title:
        st.text(f"{desk.mesa.name} · {session_label(session)}")
        st.caption(say("mesa.session.row", row=row + 1 if count else 0, count=count))
    before.button(
        say("mesa.session.before"),
        key="session-before",
        shortcut="Left",
        disabled=row == 0,
        on_click=lambda: mesa_link.write(fila=row),
        width="stretch",
    )
    after.button(
        say("mesa.session.after"),
        key="session-after",
        shortcut="Right",
        disabled=row + 1 >= count,
        on_click=lambda: mesa_link.write(fila=row + 2),
        width="stretch",
    )


def _big_html(desk: Desk, traba: Traba) -> str:
    step = f"<p><b>{escape(say('mesa.fields.next_step'))}:</b> {escape(traba.next_step)}</p>" if traba.next_step else ""
    return (
        f'<section class="mesa-big" aria-live="polite">{light_html(traba, desk)}'
        f'<h2 dir="auto">{traba.traba_id} · {escape(traba.title)}</h2>{figures_html(traba.gaps, desk.places)}{step}'
        f"<p>{escape(responsible_line(traba, desk))}</p><p>{escape(dates_line(traba))}</p></section>"
    )


def _attendance(desk: Desk, session: Session) -> None:
    came = desk.agenda.mesas.attendances(session.session_id)
    st.subheader(say("mesa.attendance.title", count=len(came)), anchor=False)
    may_change = desk.may_write and session.closed_at is None
    for one in came:
        said, leaving = st.columns([4, 1], vertical_alignment="center")
        people = [one.person, one.post] if desk.may_write else []
        with said:
            st.text(" · ".join([desk.entity(one.entity), *(part for part in people if part)]))
        if may_change:
            leaving.button(
                say("mesa.attendance.remove", number=one.attendance_id),
                key=f"attendance-remove-{one.attendance_id}",
                on_click=_leave,
                args=(desk, one.attendance_id),
            )
    if may_change:
        with st.form("attendance-form", border=False):
            entity, person, post = st.columns([2, 1.2, 1.2])
            options = desk.entity_options()
            entity.selectbox(
                say("mesa.attendance.entity"),
                options,
                index=None,
                format_func=desk.entity,
                key=_ATTENDANCE.key("entity"),
                placeholder=say("mesa.choose_one"),
            )
            person.text_input(say("mesa.fields.person"), key=_ATTENDANCE.key("person"))
            post.text_input(say("mesa.fields.post"), key=_ATTENDANCE.key("post"))
            st.form_submit_button(
                say("mesa.attendance.add"), key="attendance-send", on_click=_attend, args=(desk, session)
            )


def _attend(desk: Desk, session: Session) -> None:
    form = _ATTENDANCE
    draft = AttendanceDraft(session.session_id, form.text("entity"), form.text("person"), form.text("post"))
    attempt(lambda _: desk.agenda.mesas.attend(draft, actor=desk.acting()), form=form, done="attendance")


def _leave(desk: Desk, attendance_id: int) -> None:
    attempt(lambda _: desk.agenda.mesas.leave(attendance_id, actor=desk.acting()), done="attendance")


def _closing(desk: Desk, session: Session) -> None:
    st.subheader(say("mesa.acta.title"), anchor=False)
    if session.closed_at is None and desk.may_write:
        if st.session_state.get(_CLOSING) == session.session_id:
            st.caption(say("mesa.session.close_warning"))
            st.button(
                say("mesa.session.close_now"), key="session-close-now", type="primary", on_click=_close,
                args=(desk, session),
            )  # fmt: skip
        else:
            st.button(
                say("mesa.session.close"),
                key="session-close",
                on_click=lambda: st.session_state.update({_CLOSING: session.session_id}),
            )
    st.caption(say("mesa.acta.final") if session.closed_at else say("mesa.acta.draft"))
    acta_buttons(desk, session)


def _close(desk: Desk, session: Session) -> None:
    st.session_state.pop(_CLOSING, None)
    attempt(
        lambda version: desk.agenda.mesas.close_session(session.session_id, row_version=version, actor=desk.acting()),
        version=session.row_version,
        typed={"agenda_text": session.agenda_text},
        done="closed",
    )
