"""What the briefings of territories are made from, read once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from geodata.ubigeo import Level, is_within, level_of
from geodata.workspace import Publication
from pipelines.export.light_limits import light_districts

FILE_OF_LEVEL: Mapping[Level, str] = {"district": "territories", "province": "provinces", "department": "departments"}


@dataclass(frozen=True)
class TerritoryTables:
    """The published tables by level, the gaps and the light shapes; tables of a newer release may be absent."""

    publication: Publication

    @cached_property
    def by_level(self) -> dict[Level, pd.DataFrame]:
        """The published tables of the three levels."""
        return {level: self.publication.table(name) for level, name in FILE_OF_LEVEL.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Ubigeo of every district -> its name."""
        districts = self.by_level["district"]
        return dict(zip(districts["ubigeo"], districts["name"].astype("str"), strict=True))

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """The published gap list."""
        return self.publication.table("gaps")

    @cached_property
    def withheld(self) -> pd.DataFrame:
        """`ubigeo` and `field` of the figures that are not published."""
        return self.publication.table("withheld")

    @cached_property
    def robustness(self) -> pd.DataFrame:
        """How sure each place is; without rows in a release that did not try it."""
        return self._optional("robustness", ["ubigeo", "scope", "score_p05", "score_p95", "rank_p05", "rank_p95"])

    @cached_property
    def leading_products(self) -> pd.DataFrame:
        """The products of most value of each territory."""
        return self._optional("leading_products", ["ubigeo", "product", "value_pen_thousand"])

    @cached_property
    def districts(self) -> gpd.GeoDataFrame:
        """Light shapes of the districts, EPSG:4326."""
        return light_districts(self.publication)

    @cached_property
    def provinces(self) -> gpd.GeoDataFrame:
        """Light shapes of the provinces."""
        return self.publication.shapes("provinces")

    @cached_property
    def departments(self) -> gpd.GeoDataFrame:
        """Light shapes of the departments."""
        return self.publication.shapes("departments")

    def row(self, ubigeo: str) -> pd.Series:
        """Return the row of a territory; `ubigeo` must exist."""
        table = self.by_level[level_of(ubigeo)]
        return table[table["ubigeo"].eq(ubigeo)].iloc[0]

    def exists(self, ubigeo: str) -> bool:
        """Return whether a code is a territory of the publication."""
        level = level_of(ubigeo)
        return level in self.by_level and bool(self.by_level[level]["ubigeo"].eq(ubigeo).any())

    def gaps_inside(self, ubigeo: str) -> pd.DataFrame:
        """Return the gaps of a territory and of those inside it."""
        return self.gaps[is_within(self.gaps["ubigeo"], ubigeo)]

    def gaps_above(self, ubigeo: str) -> pd.DataFrame:
        """Return the gaps of the province and department that hold a territory."""
        holders = {f"{ubigeo[:4]}00", f"{ubigeo[:2]}0000"} - {ubigeo}
        return self.gaps[self.gaps["ubigeo"].isin(holders) & self.gaps["level"].ne("district")]

    def _optional(self, name: str, columns: list[str]) -> pd.DataFrame:
        if not (self.publication.path / f"{name}.parquet").is_file():
            return pd.DataFrame(columns=columns)
        return self.publication.table(name)
