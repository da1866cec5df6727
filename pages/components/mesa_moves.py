"""What is done with a bottleneck: commit to it, move its date, move its state, note something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from geodata.agenda.records import Traba
from geodata.agenda.words import load_words
from layers import mesa as rules
from pages.components.mesa_actions import attempt, needed_day
from pages.components.mesa_context import Desk
from pages.components.mesa_form import Form
from pages.components.mesa_traba_form import draft_of, edit_traba, entity_choice
from pages.text import say

_WAY_TO_COMMITMENT = ("identificada", "validada", "priorizada", "comprometida")


def actions(desk: Desk, traba: Traba) -> None:
    """Draw what may be done with a bottleneck in its state, one thing at a time."""
    if not desk.may_write:
        st.caption(say("mesa.read_only", role=desk.actor.role.word))
        return
    offered = ["commit"] if traba.state in _WAY_TO_COMMITMENT[:-1] else []
    offered += ["reprogram"] if load_words().states[traba.state].is_committed and traba.due else []
    offered += ["state", "edit", "note"]
    if rules.proposes_escalation(traba, desk.today) and traba.state != "escalada":
        st.warning(say("mesa.propose_escalation"))
    chosen = st.segmented_control(
        say("mesa.do"),
        offered,
        default=offered[0],
        format_func=lambda name: say(f"mesa.doing.{name}"),
        # another state offers other things: the choice starts anew
        key=f"do-{traba.traba_id}-{traba.state}",
    )
    # a second click on what is chosen takes the choice away
    chosen = chosen or offered[0]
    if chosen == "commit":
        commit_form(desk, traba)
    elif chosen == "reprogram":
        _reprogram_form(desk, traba)
    elif chosen == "state":
        _state_form(desk, traba)
    elif chosen == "edit":
        edit_traba(desk, traba)
    elif chosen == "note":
        _note_form(desk, traba)


def commit_form(desk: Desk, traba: Traba) -> None:
    """Draw the form that puts a name and a date on a bottleneck."""
    form = Form(f"commit-{traba.traba_id}")
    base = draft_of(traba)
    if not traba.gaps:
        st.info(say("mesa.commit_without_gap"))
        return
    with st.form(f"commit-form-{traba.traba_id}", border=False):
        st.caption(say("mesa.commit_help"))
        st.text_area(say("mesa.fields.next_step"), base.next_step, key=form.key("next_step"), height=80)
        entity, person, due = st.columns([2, 1.3, 1])
        with entity:
            entity_choice(form, desk, base)
        person.text_input(say("mesa.fields.responsible"), base.responsible, key=form.key("responsible"))
        due.date_input(say("mesa.fields.due"), traba.due, key=form.key("due"), format="YYYY-MM-DD")
        st.form_submit_button(
            say("mesa.doing.commit"), key=f"commit-send-{traba.traba_id}", type="primary", on_click=_commit,
            args=(desk, traba, form),
        )  # fmt: skip


def _commit(desk: Desk, traba: Traba, form: Form) -> None:
    draft = replace(
        draft_of(traba),
        next_step=form.text("next_step"),
        entity=form.text("entity"),
        responsible=form.text("responsible"),
    )
    due = form.day("due")

    def commit(version: int) -> Traba:
        trabas, actor = desk.agenda.trabas, desk.acting()
        needed_day(due)
        kept = trabas.edit(traba.traba_id, draft, row_version=version, actor=actor)
        # each step on the way is a step of its own in the log
        for state in _WAY_TO_COMMITMENT[_WAY_TO_COMMITMENT.index(kept.state) + 1 :]:
            last = due if state == _WAY_TO_COMMITMENT[-1] else None
            kept = trabas.move(kept.traba_id, state, row_version=kept.row_version, due=last, actor=actor)
        return kept

    typed = {"next_step": draft.next_step, "entity": draft.entity, "responsible": draft.responsible, "due": due}
    attempt(
        commit, version=traba.row_version, typed=typed, form=form, done="commit", set_aside=_aside(desk, traba.traba_id)
    )


def _reprogram_form(desk: Desk, traba: Traba) -> None:
    form = Form(f"reprogram-{traba.traba_id}")
    with st.form(f"reprogram-form-{traba.traba_id}", border=False):
        st.caption(say("mesa.reprogram_help", count=traba.reprogrammings_count))
        st.date_input(say("mesa.fields.new_due"), None, key=form.key("due"), format="YYYY-MM-DD")
        st.text_input(say("mesa.fields.reason"), key=form.key("reason"))
        st.form_submit_button(
            say("mesa.doing.reprogram"), key="reprogram-send", type="primary", on_click=_reprogram,
            args=(desk, traba, form),
        )  # fmt: skip


def _reprogram(desk: Desk, traba: Traba, form: Form) -> None:
    due, reason = form.day("due"), form.text("reason")
    attempt(
        lambda version: desk.agenda.trabas.reprogram(
            traba.traba_id, needed_day(due), reason, row_version=version, actor=desk.acting()
        ),
        version=traba.row_version,
        typed={"due": due, "reason": reason},
        form=form,
        done="reprogram",
        set_aside=_aside(desk, traba.traba_id),
    )


def _state_form(desk: Desk, traba: Traba) -> None:
    words = load_words()
    following = words.states[traba.state].next
    if not following:
        st.caption(say("mesa.final_state"))
        return
    form = Form(f"state-{traba.traba_id}-{traba.state}")
    state = st.selectbox(
        say("mesa.fields.state"),
        list(following),
        format_func=lambda word: words.states[word].label,
        key=f"state-of-{traba.traba_id}-{traba.state}",
    )
    needs = words.states[state].needs
    with st.form(f"state-form-{traba.traba_id}", border=False):
        if state == _WAY_TO_COMMITMENT[-1]:
            st.date_input(say("mesa.fields.due"), traba.due, key=form.key("due"), format="YYYY-MM-DD")
        if "evidence" in needs:
            st.text_area(say("mesa.fields.evidence"), traba.evidence, key=form.key(f"evidence-{state}"))
        if "checker" in needs and desk.actor.is_local:
            st.text_input(say("mesa.fields.checked_by"), key=form.key("checked_by"), help=say("mesa.checked_by_help"))
        if "other" in needs:
            _other_choice(desk, traba, form)
        if "level" in needs:
            _level_choice(traba, form)
        st.text_input(say("mesa.fields.reason"), key=form.key("reason"))
        st.form_submit_button(
            say("mesa.move_to"), key="state-send", type="primary", on_click=_move, args=(desk, traba, state, form)
        )


def _other_choice(desk: Desk, traba: Traba, form: Form) -> None:
    others = {one.traba_id: one.title for one in desk.trabas if one.traba_id != traba.traba_id}
    st.selectbox(
        say("mesa.fields.duplicate_of"),
        list(others),
        index=None,
        format_func=lambda number: f"{number} · {others[number]}",
        key=form.key("other"),
        placeholder=say("mesa.choose_one"),
    )


def _level_choice(traba: Traba, form: Form) -> None:
    levels = {int(level): label for level, label in load_words().escalation.items() if int(level) > 0}
    highest = max(levels)
    st.selectbox(
        say("mesa.fields.escalation_level"),
        list(levels),
        index=min(traba.escalation_level + 1, highest) - 1,
        format_func=lambda level: f"{level} · {levels[level]}",
        key=form.key("level"),
    )


def _move(desk: Desk, traba: Traba, state: str, form: Form) -> None:
    reason, evidence, due = form.text("reason"), form.text(f"evidence-{state}"), form.day("due")
    checked_by, other, level = form.text("checked_by"), form["other"], form["level"]
    attempt(
        lambda version: desk.agenda.trabas.move(
            traba.traba_id,
            state,
            row_version=version,
            reason=reason,
            due=due,
            evidence=evidence,
            checked_by=checked_by,
            duplicate_of=other,
            escalation_level=level,
            actor=desk.acting(),
        ),
        version=traba.row_version,
        typed={"state": load_words().states[state].label, "reason": reason, "evidence": evidence},
        form=form,
        done="state",
        set_aside=_aside(desk, traba.traba_id),
    )


def _note_form(desk: Desk, traba: Traba) -> None:
    form = Form(f"note-{traba.traba_id}")
    with st.form(f"note-form-{traba.traba_id}", border=False):
        st.text_area(say("mesa.fields.note"), key=form.key("text"))
        st.form_submit_button(say("mesa.doing.note"), key="note-send", on_click=_note, args=(desk, traba, form))


def _note(desk: Desk, traba: Traba, form: Form) -> None:
    text = form.text("text")
    attempt(lambda _: desk.agenda.trabas.note(traba.traba_id, text, actor=desk.acting()), form=form, done="note")


def _aside(desk: Desk, traba_id: int) -> Callable[[str], object]:
    return lambda text: desk.agenda.trabas.note(traba_id, say("mesa.conflict.note", text=text), actor=desk.acting())
