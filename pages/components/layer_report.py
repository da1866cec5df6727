"""The quality of a release as tables and as the files that people take away."""

from __future__ import annotations

import json

import pandas as pd

from geodata.quality import Finding
from geodata.workspace import Publication
from pages.components.layer_quality import LayerEntry
from pages.text import section
from pipelines.export.files import FORMULA_STARTS


def layer_table(entries: list[LayerEntry]) -> pd.DataFrame:
    """Return a row per layer, with Spanish headings."""
    words = section("layer_columns")
    rows = [
        {
            "layer": entry.title,
            "year": entry.years,
            "publisher": entry.publishers,
            "rows": entry.quality.get("rows_count"),
            "complete": entry.completeness,
            "findings": entry.findings_count,
            "licence": entry.licences,
            "retrieved": entry.retrieved,
            "version": entry.version,
        }
        for entry in entries
    ]
    table = pd.DataFrame(rows, columns=list(words)).rename(columns=words)
    return table.astype({words["rows"]: "Int64", words["findings"]: "Int64"})


def findings_table(findings: tuple[Finding, ...]) -> pd.DataFrame:
    """Return a row per finding, with Spanish headings, the gravest first."""
    words = section("finding_columns")
    severities = section("layer_severities")
    order = {severity: place for place, severity in enumerate(("error", "warning", "info"))}
    rows = [
        {
            "message": finding.message,
            "count": finding.count,
            "severity": severities[finding.severity],
            "effect": finding.effect,
            "repair": finding.repair,
            "examples": ", ".join(finding.examples),
        }
        for finding in sorted(findings, key=lambda finding: order[finding.severity])
    ]
    return pd.DataFrame(rows, columns=list(words)).rename(columns=words)


def report_csv(entries: list[LayerEntry]) -> bytes:
    """Return every finding of every layer with the layer's source, as CSV with BOM; no cell runs as a formula."""
    layer = section("layer_columns")
    parts: list[pd.DataFrame] = []
    for entry in entries:
        table = findings_table(entry.findings)
        about = {layer["layer"]: entry.title, layer["year"]: entry.years, layer["publisher"]: entry.publishers}
        for place, (name, value) in enumerate(about.items()):
            table.insert(place, name, value)
        parts.append(table)
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    for column in whole.select_dtypes(exclude="number").columns:
        text = whole[column].astype("str")
        whole[column] = text.where(~text.str.startswith(FORMULA_STARTS), "'" + text)
    return whole.to_csv(index=False).encode("utf-8-sig")


def report_json(release: Publication, entries: list[LayerEntry]) -> bytes:
    """Return the quality report of a release for programs: per layer its sources, its coverage and its findings."""
    report = {
        "release_id": release.release_id,
        "published_at": release.provenance["published_at"],
        "is_demo": release.is_demo,
        "simulated_datasets": sorted(release.simulated_datasets),
        "layers": {
            entry.id: {
                "title": entry.title,
                "datasets": [dataset.id for dataset in entry.datasets],
                "version": entry.version,
                "retrieved": entry.retrieved or None,
                "rows_count": entry.quality.get("rows_count"),
                "coverage": dict(entry.coverage),
                "findings": [finding.as_dict() for finding in entry.findings],
                "notes": list(entry.quality.get("notes", ())),
            }
            for entry in entries
        },
    }
    return json.dumps(report, ensure_ascii=False, indent=2).encode()
