"""The section of products: three tables that do not mix, a form that keeps what is typed, text that stays text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geodata.crop_windows import load_windows
from geodata.priorities import add_priorities, priorities_file, read_priorities
from geodata.priority_contract import Draft
from geodata.workspace import Workspace, write_json, write_parquet
from layers.suitability import products_table

TIMEOUT_S = 30
CODES = {"010101", "010102", "010100", "010000"}


def script() -> None:
    """Draw the section for the territory of the address, as the Ficha does."""
    import streamlit as st

    from pages.components import cached
    from pages.components.products import products_section

    products_section(cached.publication(), st.query_params["territorio"])


def products() -> pd.DataFrame:
    """One high district that grows quinua, and one on the shore without farmland figure that nobody recorded."""
    districts = pd.DataFrame(
        {
            "ubigeo": ["010101", "010102"],
            "capital_altitude_m": [3400.0, 5.0],
            "agricultural_area_ha": [1000.0, float("nan")],
            "rain_annual_mm": [450.0, float("nan")],
        }
    )
    crops = pd.DataFrame(
        {"ubigeo": ["010101"], "crop": ["QUINUA"], "production_t": [77.0], "value_pen_thousand": [1234.0]}
    )
    census = pd.DataFrame({"ubigeo": ["010101"], "crop": ["2615"], "crop_area_ha": [float("nan")]})
    return products_table(districts, load_windows(), crops=crops, census_crops=census)


@pytest.fixture
def published(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with the two districts, their province and their department published."""
    names = {"010101": "Altura", "010102": "Orilla", "010100": "Provincia", "010000": "Departamento"}
    tables = {"territories": ["010101", "010102"], "provinces": ["010100"], "departments": ["010000"]}
    with workspace.lock(), workspace.new_release() as (release_id, folder):
        for table, codes in tables.items():
            frame = pd.DataFrame({"ubigeo": codes, "name": [names[code] for code in codes]})
            write_parquet(folder / f"{table}.parquet", frame)
        write_parquet(folder / "products.parquet", products())
        write_json(folder / "provenance.json", {"release_id": release_id, "is_demo": False})
    monkeypatch.setenv("SIERRA_WORKSPACE", str(workspace.root))
    return workspace


def opened(territory: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=TIMEOUT_S)
    app.query_params["territorio"] = territory
    return app.run()


def tables(app: AppTest) -> dict[str, str]:
    """Return each table's HTML by its name."""
    bodies = [block.proto.body for block in app.get("html")]
    return {
        body.split('data-atlas-products="')[1].split('"')[0]: body for body in bodies if "data-atlas-products" in body
    }


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def enter(workspace: Workspace, *drafts: Draft) -> None:
    add_priorities(priorities_file(workspace.root), drafts, codes=CODES, products=list(load_windows()))


def test_apt_present_and_prioritised_stand_apart(published: Workspace) -> None:
    """Apt says method, limit and irrigation; present its value; with nothing prioritised, three candidates."""
    app = opened("010101")
    assert not app.exception
    assert not app.error
    shown = tables(app)
    assert set(shown) == {"apt", "present", "plots"}
    assert "no aplica" in shown["apt"]
    assert "limita: lluvia insuficiente · con riego, 100 %" in shown["apt"]
    assert "750" in shown["apt"]
    assert "1,234" in shown["present"]
    assert "77" in shown["present"]
    assert "Papa nativa" in shown["present"]
    assert "reservado" in shown["present"]
    assert shown["plots"].count("<tr>") == 1 + 3
    assert "falta comprobar el agua corriente" in shown["plots"]
    told = captions(app)
    assert "2018 · " in told
    assert "2023 · " in told
    assert "por altitud de la capital, aproximado (2025 · INEI). Lluvia: " in told
    assert "Mango (altitud muy alta)" in told
    assert "Trucha (no es un cultivo" in told


def test_what_is_unknown_is_not_zero(published: Workspace) -> None:
    """Without farmland or a record the cells say «sin dato», and mango is still apt by the shore."""
    app = opened("010102")
    shown = tables(app)
    assert "Mango" in shown["apt"]
    assert "Lluvia: sin dato" in captions(app)
    assert "sin dato" in shown["apt"]
    assert "present" not in shown
    assert "Quinua" in captions(app)


@pytest.mark.parametrize("territory", ["010100", "010000"])
def test_a_province_adds_up_its_districts(published: Workspace, territory: str) -> None:
    """Hectares are sums, and the row says on how many districts and how many of them approximate."""
    app = opened(territory)
    assert not app.exception
    shown = tables(app)
    assert set(shown) == {"apt", "present"}
    assert "2 de 2 distritos con aptitud; 2 de ellos por altitud de la capital, aproximado" in captions(app)
    assert "Las hectáreas son las de 1 de 2 distritos." in captions(app)
    assert "2 de 2 distritos no tienen un producto priorizado" in captions(app)


def test_a_priority_is_recorded_and_undone(published: Workspace) -> None:
    """The form asks act, date and who; what is saved is shown and replaces the candidates; undo withdraws it."""
    app = opened("010101")
    app.text_input(key="priority-010101-act").input("Ordenanza 012-2024-MDX")
    app.date_input(key="priority-010101-date").set_value(date(2024, 5, 31))
    app.text_input(key="priority-010101-who").input("Gerencia")
    save = next(button for button in app.button if button.label == "Guardar")
    app = save.click().run()
    assert not app.exception
    assert app.success[0].value.startswith("Guardado")
    entry = read_priorities(priorities_file(published.root)).in_force[0]
    assert (entry.ubigeo, entry.product, entry.act, entry.act_date, entry.level) == (
        "010101",
        "quinua",
        "Ordenanza 012-2024-MDX",
        "2024-05-31",
        "distrital",
    )
    assert "plots" not in tables(app)
    app = app.button(key=f"withdraw-{entry.entry_id}").click().run()
    assert not app.exception
    assert read_priorities(priorities_file(published.root)).in_force == ()
    assert "plots" in tables(app)


def test_a_form_without_date_or_act_keeps_what_was_typed(published: Workspace) -> None:
    """Nothing is saved, the sentence says what is missing, and the typed text stays in its place."""
    app = opened("010101")
    app.text_input(key="priority-010101-act").input("Ordenanza 1")
    app = next(button for button in app.button if button.label == "Guardar").click().run()
    assert app.error[0].value == "Indique la fecha de la norma."
    assert app.text_input(key="priority-010101-act").value == "Ordenanza 1"
    app.date_input(key="priority-010101-date").set_value(date(2024, 5, 31))
    app = next(button for button in app.button if button.label == "Guardar").click().run()
    assert "quién lo registra" in app.error[0].value
    assert not priorities_file(published.root).exists()


def test_hostile_text_is_shown_escaped(published: Workspace) -> None:
    """What people typed never becomes markup."""
    enter(published, Draft("010101", "cafe", "<img src=x onerror=alert(1)>", date(2024, 1, 1), "distrital", "<b>x</b>"))
    bodies = " ".join(block.proto.body for block in opened("010101").get("html"))
    assert "&lt;img src=x onerror=alert(1)&gt;" in bodies
    assert "<img" not in bodies
    assert "<b>x" not in bodies


def test_a_regional_priority_holds_for_its_districts(published: Workspace) -> None:
    """It is shown with its level and owner, cannot be undone from below, and ends the candidates."""
    enter(published, Draft("010000", "cafe", "Ordenanza Regional 5", date(2024, 1, 1), "regional", "Gobierno"))
    app = opened("010101")
    bodies = " ".join(block.proto.body for block in app.get("html"))
    assert "nivel regional: Departamento" in bodies
    assert not [button for button in app.button if button.label == "Deshacer"]
    assert "plots" not in tables(app)
    assert [button for button in opened("010000").button if button.label == "Deshacer"]


def test_a_damaged_line_and_a_wrong_window_are_told(published: Workspace) -> None:
    """The rest of the section stands, with the project's windows."""
    priorities_file(published.root).write_text("{half\n", encoding="utf-8")
    (published.root / "crop_windows.toml").write_text("[quinua]\n", encoding="utf-8")
    app = opened("010101")
    assert not app.exception
    told = " ".join(warning.value for warning in app.warning)
    assert "línea 1" in told
    assert "ventana de cultivo incorrecta" in told
    assert "apt" in tables(app)


def test_a_release_without_products_says_so(published: Workspace) -> None:
    """A publication made before this table existed is not an error."""
    Path(published.publication().path / "products.parquet").unlink()
    app = opened("010101")
    assert not app.exception
    assert "tabla de productos" in app.info[0].value
