"""The fields of a bottleneck: to write a new one down, and to correct one that is kept."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import streamlit as st

from geodata.agenda.records import Traba, TrabaDraft
from geodata.agenda.words import load_words
from geodata.ubigeo import level_of
from layers import mesa as rules
from pages.components import mesa_link
from pages.components.mesa_actions import attempt
from pages.components.mesa_context import Desk
from pages.components.mesa_form import Form
from pages.components.mesa_gaps import Brought, figures_html
from pages.text import say

LONGEST_TITLE = 120
_NEW = Form("new-traba")
_COMPARED: tuple[str, ...] = (
    *(
        "title",
        "cause",
        "next_step",
        "entity",
        "responsible",
        "post",
        "kind",
        "good",
        "feasibility",
        "ubigeos",
        "place",
    ),
    *("ubigeos", "place", "cui", "producers_count", "area_ha", "value_pen", "figures_reason"),
    *("cost_low_pen", "cost_high_pen", "cost_basis"),
)
"""Fields set side by side when two people corrected the same bottleneck."""


def new_traba(desk: Desk, brought: Brought) -> None:
    """Draw the form of a new bottleneck, with the gaps that the address brings as its evidence."""
    with st.expander(say("mesa.traba.new"), expanded=bool(brought.links)):
        if brought.links:
            st.caption(say("mesa.traba.brought", count=len(brought.links)))
            st.html(figures_html(brought.links, desk.places, most=10))
        else:
            st.caption(say("mesa.traba.without_gaps"))
        base = _base(desk, brought)
        # no st.form: what is typed reaches the server as it is typed, and outlives a visit to another page
        _fields(_NEW, desk, base)
        st.button(
            say("mesa.traba.create"),
            key="traba-create",
            type="primary",
            disabled=not desk.may_write,
            on_click=_create,
            args=(desk, base, brought),
        )
        advice = rules.title_advice(_NEW.text("title")) if _NEW.text("title") else []
        for sentence in advice:
            st.caption(sentence)


def edit_traba(desk: Desk, traba: Traba) -> None:
    """
    Draw the form that corrects a bottleneck.

    The record is the one that was there when the form opened: if somebody saves another meanwhile, the service says so
    instead of losing theirs.
    """
    opened_key = f"opened-traba-{traba.traba_id}"
    opened: Traba = st.session_state.setdefault(opened_key, traba)
    form = Form(f"edit-traba-{traba.traba_id}")
    _fields(form, desk, opened)
    saving, leaving = st.columns(2)
    saving.button(
        say("mesa.save"), key="traba-save", type="primary", on_click=_edit, args=(desk, opened, form, opened_key)
    )
    leaving.button(say("mesa.forget"), key="traba-forget", on_click=_leave, args=(form, opened_key))


def draft_of(traba: TrabaDraft) -> TrabaDraft:
    """Return what people typed of a record."""
    return TrabaDraft(**{field.name: getattr(traba, field.name) for field in fields(TrabaDraft)})


def _base(desk: Desk, brought: Brought) -> TrabaDraft:
    good = brought.goods[0] if brought.goods and brought.goods[0] in load_words().goods else "otro"
    session = desk.link.session
    return TrabaDraft(
        mesa_id=desk.mesa.mesa_id,
        title="",
        kind=next(iter(load_words().kinds)),
        good=good,
        session_id=session.session_id if session and not session.closed_at else None,
        ubigeos=tuple(dict.fromkeys(link.ubigeo for link in brought.links)) or (desk.mesa.territory,),
    )


def _fields(form: Form, desk: Desk, base: TrabaDraft) -> None:
    words = load_words()
    st.text_input(
        _label("title"),
        base.title,
        key=form.key("title"),
        persist_state="session",
        max_chars=LONGEST_TITLE,
        help=say("mesa.traba.title_help"),
    )
    kind, good, feasible = st.columns(3)
    with kind:
        _choice(form, "kind", words.kinds, base.kind)
    with good:
        _choice(form, "good", words.goods, base.good)
    with feasible:
        _choice(form, "feasibility", {number: str(number) for number in range(1, 6)}, base.feasibility)
    st.text_area(
        _label("next_step"),
        base.next_step,
        key=form.key("next_step"),
        persist_state="session",
        help=say("mesa.traba.next_help"),
    )
    entity, person, post = st.columns(3)
    with entity:
        entity_choice(form, desk, base)
    person.text_input(_label("responsible"), base.responsible, **_kept(form, "responsible"))
    post.text_input(_label("post"), base.post, **_kept(form, "post"))
    st.text_area(_label("cause"), base.cause, **_kept(form, "cause"))
    _more(form, desk, base)


def _more(form: Form, desk: Desk, base: TrabaDraft) -> None:
    with st.expander(say("mesa.traba.more")):
        inside = desk.mesa.territory.rstrip("0") if level_of(desk.mesa.territory) != "district" else desk.mesa.territory
        prefix = inside + "0" * (len(inside) % 2)
        codes = dict.fromkeys([*base.ubigeos, *(code for code in desk.places if code.startswith(prefix))])
        st.multiselect(
            _label("ubigeos"),
            list(codes),
            default=list(base.ubigeos),
            format_func=lambda code: desk.places.get(code, code),
            key=form.key("ubigeos"),
            persist_state="session",
        )
        st.text_input(
            _label("place"),
            base.place,
            key=form.key("place"),
            persist_state="session",
            help=say("mesa.traba.place_help"),
        )
        st.text_input(
            _label("cui"),
            ", ".join(base.cui),
            key=form.key("cui"),
            persist_state="session",
            help=say("mesa.traba.cui_help"),
        )
        for names in (("producers_count", "area_ha", "value_pen"), ("cost_low_pen", "cost_high_pen")):
            for column, name in zip(st.columns(len(names)), names, strict=True):
                column.number_input(_label(name), min_value=0.0, value=getattr(base, name), **_kept(form, name))
        st.text_input(
            _label("figures_reason"),
            base.figures_reason,
            key=form.key("figures_reason"),
            persist_state="session",
            help=say("mesa.traba.why"),
        )
        st.text_input(_label("cost_basis"), base.cost_basis, **_kept(form, "cost_basis"))


def entity_choice(form: Form, desk: Desk, base: TrabaDraft) -> None:
    """Draw the choice of who answers, from the catalogue, with the places that the bottleneck touches."""
    options = {option: desk.entity(option) for option in desk.entity_options(base.ubigeos)}
    if base.entity:
        options.setdefault(base.entity, desk.entity(base.entity))
    _choice(form, "entity", options, base.entity or None)


def _choice(form: Form, name: str, options: dict[Any, str], chosen: Any) -> None:
    keys = list(options)
    st.selectbox(
        _label(name),
        keys,
        index=keys.index(chosen) if chosen in options else None,
        format_func=lambda key: options.get(key, str(key)),
        key=form.key(name),
        persist_state="session",
        placeholder=say("mesa.choose_one"),
    )


def _typed(form: Form, base: TrabaDraft) -> TrabaDraft:
    return replace(
        draft_of(base),
        title=form.text("title"),
        kind=form.text("kind"),
        good=form.text("good"),
        feasibility=form["feasibility"],
        next_step=form.text("next_step"),
        entity=form.text("entity"),
        responsible=form.text("responsible"),
        post=form.text("post"),
        cause=form.text("cause"),
        ubigeos=tuple(form["ubigeos"] or ()),
        place=form.text("place"),
        cui=tuple(part.strip() for part in form.text("cui").split(",") if part.strip()),
        producers_count=form.number("producers_count"),
        area_ha=form.number("area_ha"),
        value_pen=form.number("value_pen"),
        figures_reason=form.text("figures_reason"),
        cost_low_pen=form.number("cost_low_pen"),
        cost_high_pen=form.number("cost_high_pen"),
        cost_basis=form.text("cost_basis"),
    )


def _create(desk: Desk, base: TrabaDraft, brought: Brought) -> None:
    draft = _typed(_NEW, base)
    made = attempt(
        lambda _: desk.agenda.trabas.create(draft, brought.links, form_key=_NEW.once, actor=desk.acting()),
        form=_NEW,
        done="traba",
    )
    if isinstance(made, Traba):
        mesa_link.write(mesa=desk.mesa.mesa_id, traba=made.traba_id, brechas=None)


def _edit(desk: Desk, opened: Traba, form: Form, opened_key: str) -> None:
    draft = _typed(form, opened)

    def save(version: int) -> Traba:
        kept = desk.agenda.trabas.edit(opened.traba_id, draft, row_version=version, actor=desk.acting())
        st.session_state.pop(opened_key, None)
        return kept

    def set_aside(text: str) -> object:
        st.session_state.pop(opened_key, None)
        return desk.agenda.trabas.note(opened.traba_id, say("mesa.conflict.note", text=text), actor=desk.acting())

    attempt(
        save,
        version=opened.row_version,
        typed={name: getattr(draft, name) for name in _COMPARED if getattr(draft, name) != getattr(opened, name)},
        form=form,
        set_aside=set_aside,
    )


def _leave(form: Form, opened_key: str) -> None:
    form.renew()
    st.session_state.pop(opened_key, None)


def _kept(form: Form, name: str) -> Any:
    """Return the settings of a field whose content outlives a visit to another page."""
    return {"key": form.key(name), "persist_state": "session"}


def _label(name: str) -> str:
    return say(f"mesa.fields.{name}")
