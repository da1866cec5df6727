"""What a release knows of its layers: whose they are, of when, how complete, and what was found wrong in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from geodata.catalog import Dataset, load_catalog
from geodata.columns import SIMULATED
from geodata.quality import Finding, examples
from geodata.workspace import Publication
from layers.rendering.overlays import NETWORKS
from pages.text import say, section
from pipelines.overlays import read_overlays

Completeness = Literal["covered", "partly", "not"]

_CHECKSUM_SHOWN: Final = 12
_DATE: Final = len("2026-11-21")
_WHOLE: Final = 0.995
"""Shares from here on read as 100 % without decimals."""

_CENSUS_LAYER: Final = "producer_units_2012"
_SOME_OF_ALL: Final = re.compile(r"([\d,]+) de ([\d,]+)\b")
_WITHOUT_TOTAL: Final = re.compile(r"[\d,]+ distritos?$")
"""A count that does not say of how many: taken as a part."""

_SCOPE: Final = "_scope"
"""Ends the name of a layer that only says where another one is complete: that one shows it."""

_SAME_SOURCE: Final = {"literacy_2017": ("censo_2017",)}
"""Layers made from the dataset of another layer."""

_NOTHING_STARTS: Final = ("sin ", "ningun")
_PART_WORDS: Final = ("no es completa", "completa en", "incomplet", "parcial", "aprox")


@dataclass(frozen=True)
class LayerEntry:
    """One layer of a release: its quality record, its datasets and where they came from."""

    id: str
    quality: Mapping[str, Any]
    datasets: tuple[Dataset, ...]
    records: Mapping[str, Mapping[str, Any]]
    """Provenance of the sources of this layer, by dataset."""
    simulated: frozenset[str]
    """The datasets of this layer whose figures are simulated."""
    coverage: Mapping[str, object]
    """Code of a department, or of a territory inside one -> a share 0-1, a count of rows, or words."""
    expected_districts_count: int

    @property
    def title(self) -> str:
        """What people call it."""
        fallback = self.datasets[0].title if self.datasets else self.id
        return section("layer_names").get(self.id, fallback)

    @property
    def is_simulated(self) -> bool:
        """Whether any figure of it is."""
        return bool(self.simulated)

    @property
    def years(self) -> str:
        """The years its sources describe."""
        return ", ".join(str(year) for year in sorted({dataset.reference_year for dataset in self.datasets}))

    @property
    def publishers(self) -> str:
        """Who publishes it, in acronyms; nobody publishes what is simulated."""
        names = [SIMULATED if one.id in self.simulated else one.publisher_acronym for one in self.datasets]
        return ", ".join(dict.fromkeys(names))

    @property
    def licences(self) -> str:
        """Under which licence."""
        names = [say("layers.simulated_licence") if one.id in self.simulated else one.licence for one in self.datasets]
        return "; ".join(dict.fromkeys(names))

    @property
    def retrieved(self) -> str:
        """When its newest source was retrieved."""
        return max((str(record.get("retrieved_at", ""))[:_DATE] for record in self.records.values()), default="")

    @property
    def version(self) -> str:
        """The version of the layer, or the start of the checksums of its files."""
        if "version" in self.quality:
            return str(self.quality["version"])
        sums = [str(record["sha256"])[:_CHECKSUM_SHOWN] for record in self.records.values() if "sha256" in record]
        return ", ".join(sums)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in it: what the layer itself reports, and how it fits today's districts."""
        own = [
            Finding(**{**item, "examples": tuple(item.get("examples", ()))})
            for item in self.quality.get("findings", ())
        ]
        reported = {finding.code for finding in own}
        return (*own, *(finding for finding in _fit(self.quality) if finding.code not in reported))

    @property
    def findings_count(self) -> int | None:
        """How many things were found that somebody should repair; None where nobody looked."""
        return sum(finding.severity != "info" for finding in self.findings) if self.quality else None

    def within(self, department: str) -> tuple[Completeness, dict[str, object]]:
        """
        Return how a department (two digits) is covered, and what is stated of it, by code.

        What is stated of a territory inside it says something of a part, however complete that part is.
        """
        whole = self.coverage.get(f"{department}0000")
        if whole is not None:
            return completeness_of(whole), {f"{department}0000": whole}
        parts = {code: value for code, value in self.coverage.items() if code.startswith(department)}
        known = any(completeness_of(value) != "not" for value in parts.values())
        return "partly" if known else "not", parts

    @property
    def completeness(self) -> str:
        """How complete it is, in a few words; the empty text where nobody knows."""
        if self.coverage:
            states = [self.within(department)[0] for department in sorted({code[:2] for code in self.coverage})]
            whole, some = states.count("covered"), states.count("partly")
            name = "complete_departments" if some == 0 else "complete_departments_partly"
            return say(f"layers.{name}", whole=whole, partly=some)
        absent = self.quality.get("absent_districts_count")
        if absent is None:
            return ""
        total = self.expected_districts_count
        return say("layers.complete_districts", present=f"{total - int(absent):,}", total=f"{total:,}")


def completeness_of(value: object) -> Completeness:
    """
    Return how a territory is covered.

    A number up to 1 is a share, a greater one a count of rows. Words: «12 de 40 …» says it itself; «red …» is whole
    with the three networks; else «sin», «no tiene» are nothing, and «no es completa», «completa en», «parcial»,
    «aproximada» a part. Whatever cannot be read so is taken as stated of the whole.
    """
    if isinstance(value, int | float):
        return "not" if value <= 0 else "partly" if value < _WHOLE else "covered"
    text = str(value).lower().strip()
    counted = _SOME_OF_ALL.match(text)
    if counted:
        some, total = (int(number.replace(",", "")) for number in counted.groups())
        return "not" if some == 0 else "partly" if some < total else "covered"
    if not text or text.startswith(_NOTHING_STARTS) or "no tiene" in text:
        return "not"
    if _WITHOUT_TOTAL.match(text):
        return "partly"
    if text.startswith("red "):
        return "covered" if all(network in text for network in NETWORKS) else "partly"
    return "partly" if any(words in text for words in _PART_WORDS) else "covered"


def coverage_text(value: object) -> str:
    """Return what a department's coverage reads like."""
    if isinstance(value, float) and value <= 1:
        return f"{value:.0%}".replace("%", " %")
    if isinstance(value, int | float):
        return say("layers.rows_count", count=f"{value:,.0f}")
    return str(value)


def layer_entries(release: Publication) -> list[LayerEntry]:
    """Return the layers of a release, in the order in which they were accepted, then those that have no record."""
    sources: dict[str, dict[str, Any]] = release.provenance["sources"]
    catalog = load_catalog().values()
    quality = _quality_of(release)
    drawn = read_overlays(release.geometry_folder)
    entries: list[LayerEntry] = []
    for layer, record in quality.items():
        also = _SAME_SOURCE.get(layer, ())
        datasets = tuple(
            one for one in catalog if (one.layer == layer or one.id in also) and _is_used(one, sources, release)
        )
        entries.append(
            LayerEntry(
                id=layer,
                quality=record,
                datasets=datasets,
                records={one.id: sources[one.id] for one in datasets if one.id in sources},
                simulated=release.simulated_datasets & {one.id for one in datasets},
                coverage=_coverage(record, drawn.get(layer, {})),
                expected_districts_count=int(release.provenance["counts"]["districts"]),
            )
        )
    return entries


def absent_datasets(release: Publication, entries: list[LayerEntry]) -> list[Dataset]:
    """Return the sources of the catalog that a release does not use."""
    used = {dataset.id for entry in entries for dataset in entry.datasets}
    return [dataset for dataset in load_catalog().values() if dataset.id not in used]


def _quality_of(release: Publication) -> dict[str, Mapping[str, Any]]:
    """Return the quality record of every layer; what came in by another way than a layer has an empty one."""
    kept = release.provenance["quality"].items()
    quality: dict[str, Mapping[str, Any]] = {layer: one for layer, one in kept if not layer.endswith(_SCOPE)}
    for dataset in load_catalog().values():
        if dataset.id in release.provenance["sources"] or dataset.id in release.simulated_datasets:
            quality.setdefault(dataset.layer, {})
    census = release.provenance.get("census")
    if census:
        known = {"version": census["version"], "rows_count": census["units_count"]}
        quality[_CENSUS_LAYER] = {**known, **quality.get(_CENSUS_LAYER, {})}
    return quality


def _is_used(dataset: Dataset, sources: Mapping[str, Any], release: Publication) -> bool:
    return dataset.id in sources or dataset.embedded or dataset.id in release.simulated_datasets


def _coverage(record: Mapping[str, Any], drawn: Mapping[str, Any]) -> dict[str, object]:
    stated = record.get("coverage")
    if stated:
        return {str(code): value for code, value in stated.items()}
    # a layer that states nothing is as wide as what could be drawn of it: a count per department
    return {f"{code}0000": int(file["count"]) for code, file in drawn.get("departments", {}).items()}


def _fit(quality: Mapping[str, Any]) -> list[Finding]:
    """Return how a layer fits today's districts, counted by the build for every layer, as findings."""
    unknown = list(quality.get("unknown_codes", ()))
    counts = {
        "unknown_code": len(unknown),
        "absent_district": int(quality.get("absent_districts_count", 0)),
        "outside_every_district": int(quality.get("outside_count", 0)),
        "code_position_conflict": int(quality.get("in_another_district_count", 0)),
    }
    return [
        Finding(
            code=code,
            message=say(f"layer_fit.{code}"),
            count=count,
            effect=say(f"layer_fit.{code}_effect"),
            repair=say(f"layer_fit.{code}_repair"),
            examples=examples(unknown) if code == "unknown_code" else (),
        )
        for code, count in counts.items()
        if count
    ]
