"""What every part of the page *Mesas Ejecutivas* needs: the agenda, who acts, the release and the names of places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from geodata.agenda.records import Actor, Commitment, Mesa, Traba
from geodata.agenda.store import Agenda
from geodata.agenda.words import entity_label
from geodata.entities import Entity
from geodata.workspace import Publication
from pages.components import identity
from pages.components.mesa_link import MesaLink

_PLACE_OF_LEVEL: dict[str, Callable[[str], str]] = {
    "MD": lambda code: code,
    "MP": lambda code: f"{code[:4]}00",
    "GR": lambda code: f"{code[:2]}0000",
}
"""Government that there is one of per place -> the code of that place."""


@dataclass(frozen=True)
class Desk:
    """One run of the page: what is open, for whom."""

    agenda: Agenda
    actor: Actor
    release: Publication
    places: dict[str, str]
    link: MesaLink

    @property
    def mesa(self) -> Mesa:
        """The Mesa that is open; there is one wherever this is asked."""
        if self.link.mesa is None:
            raise RuntimeError("no Mesa is open")
        return self.link.mesa

    @property
    def may_write(self) -> bool:
        """Whether who looks may change something."""
        return identity.may_write(self.actor)

    @property
    def today(self) -> date:
        """The day in Peru."""
        return self.agenda.today()

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """The catalogue of entities in force in the workspace."""
        return self.agenda.desk.entities

    @cached_property
    def trabas(self) -> list[Traba]:
        """The bottlenecks of the Mesa."""
        return self.agenda.trabas.all(self.mesa.mesa_id)

    @cached_property
    def commitments(self) -> list[Commitment]:
        """The commitments of the Mesa."""
        return self.agenda.commitments.all(self.mesa.mesa_id)

    def acting(self) -> Actor:
        """Return who acts at this moment, asked again: a callback runs later than the page was drawn."""
        return identity.current(self.agenda)

    def entity(self, entity: str) -> str:
        """Return how people call an entity."""
        return entity_label(entity, self.entities, self.places) if entity else ""

    def entity_options(self, ubigeos: tuple[str, ...] = ()) -> list[str]:
        """Return the entities to choose from; those of a territory once per place that is touched."""
        options: list[str] = []
        touched = ubigeos or (self.mesa.territory,)
        for key, entry in self.entities.items():
            of_place = _PLACE_OF_LEVEL.get(entry.level)
            if of_place is None:
                options.append(key)
            else:
                options += dict.fromkeys(f"{key}:{of_place(code)}" for code in touched)
        return options
