"""One bottleneck whole: what is known, what was promised, what may be done and what was done."""

from __future__ import annotations

from html import escape

import streamlit as st

from geodata.agenda.records import GapLink, Traba
from geodata.agenda.words import load_words
from pages.components import mesa_link
from pages.components.mesa_actions import attempt, in_words
from pages.components.mesa_board import dates_line, light_html, responsible_line
from pages.components.mesa_commitments import commitments
from pages.components.mesa_context import Desk
from pages.components.mesa_form import Form
from pages.components.mesa_gaps import Brought, figure, figures_html, within
from pages.components.mesa_log import log_table
from pages.components.mesa_moves import actions
from pages.text import say

_FACTS = ("next_step", "cause", "place", "products", "cui", "figures_reason", "cost_basis", "state_reason", "evidence")


def traba_page(desk: Desk, traba: Traba, gaps: Brought) -> None:
    """Draw a bottleneck."""
    st.button(
        say("mesa.back"), key="mesa-back", on_click=lambda: mesa_link.write(traba=None), icon=":material/arrow_back:"
    )
    st.html(f'<h2 class="mesa-title" dir="auto">{traba.traba_id} · {escape(traba.title)}</h2>{light_html(traba, desk)}')
    known, doing = st.columns([1, 1.2], gap="large")
    with known:
        st.html(_facts_html(desk, traba))
        st.html(figures_html(traba.gaps, desk.places, most=50))
        if desk.may_write:
            _evidence_form(desk, traba, gaps)
        _contact(desk, traba)
    with doing:
        actions(desk, traba)
        commitments(desk, traba)
    with st.expander(say("mesa.log.title"), expanded=True):
        log_table(desk, desk.agenda.log.of_traba(traba.traba_id))


def _facts_html(desk: Desk, traba: Traba) -> str:
    words = load_words()
    facts = {
        say("mesa.fields.entity"): responsible_line(traba, desk),
        say("mesa.fields.due"): dates_line(traba),
        say("mesa.fields.kind"): words.kinds.get(traba.kind, traba.kind),
        say("mesa.fields.good"): words.goods.get(traba.good, traba.good),
        say("mesa.fields.ubigeos"): ", ".join(desk.places.get(code, code) for code in traba.ubigeos),
        say("mesa.fields.producers_count"): _amount(traba.producers_count),
        say("mesa.fields.area_ha"): _amount(traba.area_ha),
    }
    facts |= {say(f"mesa.fields.{name}"): in_words(getattr(traba, name)) for name in _FACTS if getattr(traba, name)}
    if traba.duplicate_of:
        facts[say("mesa.fields.duplicate_of")] = str(traba.duplicate_of)
    if traba.escalation_level:
        facts[say("mesa.fields.escalation_level")] = words.escalation[str(traba.escalation_level)]
    if traba.verified_by and desk.may_write:
        facts[say("mesa.fields.verified_by")] = traba.verified_by
    rows = "".join(
        f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>' for name, value in facts.items() if value
    )
    return f'<dl class="mesa-facts">{rows}</dl>'


def _evidence_form(desk: Desk, traba: Traba, gaps: Brought) -> None:
    """Draw how a figure becomes evidence: those that the address brings, and those of the places touched."""
    if gaps.links:
        st.html(figures_html(gaps.links, desk.places, most=10))
        st.button(
            say("mesa.evidence.add_brought", count=len(gaps.links)), key="evidence-brought", on_click=_link,
            args=(desk, traba, gaps, None),
        )  # fmt: skip
    form = Form(f"evidence-{traba.traba_id}")
    links = {f"{one.ubigeo}:{one.standard}": one for one in within(desk.release, traba.ubigeos).links}
    kept = {(one.ubigeo, one.standard) for one in traba.gaps}
    choices = [key for key, one in links.items() if (one.ubigeo, one.standard) not in kept]
    if not choices:
        st.caption(say("mesa.evidence.none"))
        return
    with st.form(f"evidence-form-{traba.traba_id}", border=False):
        st.multiselect(
            say("mesa.evidence.add"),
            choices,
            format_func=lambda key: figure(links[key], desk.places),
            key=form.key("gaps"),
            placeholder=say("mesa.choose_one"),
        )
        st.form_submit_button(
            say("mesa.evidence.send"), key="evidence-send", on_click=_chosen, args=(desk, traba, links, form)
        )


def _chosen(desk: Desk, traba: Traba, links: dict[str, GapLink], form: Form) -> None:
    chosen = tuple(links[key] for key in form["gaps"] or () if key in links)
    _link(desk, traba, Brought(chosen), form)


def _link(desk: Desk, traba: Traba, gaps: Brought, form: Form | None) -> None:
    made = attempt(
        lambda _: desk.agenda.trabas.link(traba.traba_id, gaps.links, actor=desk.acting()), form=form, done="evidence"
    )
    if made is not None:
        mesa_link.write(brechas=None)


def _contact(desk: Desk, traba: Traba) -> None:
    """Draw how to reach the responsible person: for facilitators, and never in the log."""
    if not desk.may_write or not traba.responsible or not traba.entity:
        return
    kept = desk.agenda.contacts.of(traba.entity, traba.responsible, actor=desk.actor)
    form = Form(f"contact-{traba.traba_id}")
    with st.expander(say("mesa.contact.title")), st.form(f"contact-form-{traba.traba_id}", border=False):
        st.caption(say("mesa.contact.help"))
        st.text_input(say("mesa.contact.phone"), kept.phone if kept else "", key=form.key("phone"))
        st.text_input(say("mesa.contact.email"), kept.email if kept else "", key=form.key("email"))
        st.form_submit_button(
            say("mesa.contact.save"), key="contact-send", on_click=_save_contact, args=(desk, traba, form)
        )


def _save_contact(desk: Desk, traba: Traba, form: Form) -> None:
    phone, email = form.text("phone"), form.text("email")
    attempt(
        lambda _: desk.agenda.contacts.save(
            traba.entity, traba.responsible, phone=phone, email=email, actor=desk.acting()
        ),
        form=form,
    )


def _amount(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
