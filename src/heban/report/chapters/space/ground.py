"""The ground of the space: grants of the cities by period, set against all cities of the country."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from heban.domain.errors import UnknownName
from heban.domain.region import Region
from heban.measures import space
from heban.records.holdings import Holdings
from heban.records.package import DataPackage

KIND, NATION, SCHEME = "grants", "grants_nation", "grants"
UNIT = ("项", "grants")
REST = "rest"  # the country without the region: one more place, so that quotients are against the country
SHARE = 0.003  # of all that the country holds, for a class to be a field of the space: 默认值待核
LEAST = 20  # grants of a period, for a city to be told of alone: 默认值待核
ALWAYS = 10  # grants in every period, for a city to be followed through them: 默认值待核
FEWEST = 3  # cities to speak of


@dataclass(frozen=True, eq=False)
class Period:
    """One period: what cities and the rest of the country hold, and the fields that are wide enough.

    `amounts` and `quotient` have all classes; `present`, `related` and `density` only the fields: classes
    that are more than a sliver of what the country holds. `spread` says in how many cities each class is.
    """

    since: int
    year: int
    holdings: Holdings
    amounts: pd.DataFrame
    quotient: pd.DataFrame
    present: pd.DataFrame
    related: pd.DataFrame
    density: pd.DataFrame
    spread: pd.Series[int]
    universe: int

    @property
    def span(self) -> str:
        """The years of the period, as 2013–2017."""
        return f"{self.since}–{self.year}"

    @property
    def fields(self) -> list[str]:
        """The classes that are fields of the space."""
        return [str(one) for one in self.related.columns]

    @property
    def totals(self) -> pd.Series[float]:
        """What each city has in all classes, the most first."""
        found = self.amounts.drop(index=REST).sum(axis=1)
        return found.sort_values(ascending=False, kind="stable")

    def cities(self, least: float = LEAST) -> list[str]:
        """Return the cities that have at least so many, the largest first."""
        totals = self.totals
        return [str(code) for code in totals[totals >= least].index]


@dataclass(frozen=True, eq=False)
class Ground:
    """The periods in their order, the names of the classes, the region, and the tables all rests on.

    `unclassed` is what the cities hold in the last period in classes that the country is not counted in.
    """

    periods: tuple[Period, ...]
    names: dict[str, tuple[str, str]]
    region: Region
    sources: tuple[str, ...]
    title: tuple[str, str]
    unclassed: float

    @property
    def last(self) -> Period:
        """The newest period."""
        return self.periods[-1]

    @property
    def core(self) -> list[str]:
        """The cities of the region's first group that have enough; without groups the largest."""
        members = next(iter(self.region.groups.values())).members if self.region.groups else ()
        found = self.last.cities()
        return [code for code in found if code in members] or found[:5]

    def province(self, code: str) -> str:
        """Return the province of a city; in a region without provinces each city is one for itself."""
        try:
            return self.region.at_level(code, "province").code
        except UnknownName:
            return code

    def label(self, field: str) -> tuple[str, str]:
        """Return the Chinese and the English name of a class, its code when it has none."""
        return self.names.get(field, (field, field))


def ground(package: DataPackage) -> Ground:
    """Return the periods of a package that has holdings of places and of the nation, and pairs of classes."""
    rows, nation, pairs = _rows(package)
    region = package.region
    cities = tuple(place.code for place in region.cities())
    spans = pairs[["since", "year"]].drop_duplicates().astype(int).sort_values("year")
    periods = tuple(
        _period(since, year, rows, nation, pairs, cities)
        for since, year in spans.itertuples(index=False, name=None)
    )
    known = set(nation["class"])
    within = rows["year"].between(periods[-1].since, periods[-1].year)
    lost = float(rows.loc[within & ~rows["class"].isin(known), "value"].sum())
    tables = [frame["table"] for frame in (rows, nation, pairs)]
    sources = tuple(dict.fromkeys(pd.concat(tables)))
    card = package.card(sources[0])
    title = card.title, card.title_en or card.title
    return Ground(periods, package.class_names(SCHEME), region, sources, title, lost)


def unfit(package: DataPackage) -> str:
    """Return why a package with all the tables still has no space; "" when it has one."""
    rows, nation, pairs = _rows(package)
    spans = pairs[["since", "year"]].drop_duplicates().astype(int).sort_values("year")
    if len(spans) < 2:
        return f"class_pairs of the kind {NATION} for two periods"
    enough = pd.Series(True, index=rows["place"].unique())
    for since, year in spans.itertuples(index=False, name=None):
        whole = nation[nation["year"] == year].set_index("class")["value"]
        mine = rows[rows["year"].between(since, year)]
        inside = mine.groupby("class")["value"].sum().reindex(whole.index).fillna(0)
        if whole.empty or (inside > whole).any():
            return f"rows {NATION} of {since}–{year} that hold at least what the cities hold"
        held = mine.groupby("place")["value"].sum().reindex(enough.index).fillna(0)
        enough &= held >= ALWAYS
    if (held >= LEAST).sum() < FEWEST or enough.sum() < FEWEST:
        return f"{FEWEST} cities with {ALWAYS} {KIND} in every period and {LEAST} in the last"
    return ""


def _rows(package: DataPackage) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the rows of the cities, of the nation, and of the pairs of classes."""
    cities = {place.code for place in package.region.cities()}
    rows = package.holdings(KIND).frame
    pairs = package.frames("class_pairs")
    return (
        rows[rows["place"].isin(cities)],
        package.holdings(NATION).frame,
        pairs[pairs["kind"] == NATION],
    )


def _period(
    since: int,
    year: int,
    rows: pd.DataFrame,
    nation: pd.DataFrame,
    pairs: pd.DataFrame,
    cities: tuple[str, ...],
) -> Period:
    """Return one period, its fields those classes that enough cities of the country are present in."""
    whole = nation[nation["year"] == year].set_index("class")["value"].sort_index()
    mine = rows[rows["year"].between(since, year) & rows["class"].isin(whole.index)]
    rest = whole.sub(mine.groupby("class")["value"].sum(), fill_value=0).rename("value").reset_index()
    held = pd.concat([mine[["place", "class", "value"]], rest.assign(place=REST)])
    holdings = Holdings.from_frame(held, (*cities, REST), tuple(whole.index), year=year)
    amounts = space.table(holdings)
    counts, universe = _counts(pairs[pairs["year"] == year])
    spread = pd.Series(counts.to_numpy().diagonal(), index=counts.index).astype(int)
    fields = [one for one in whole.index if one in spread.index and whole[one] >= SHARE * whole.sum()]
    present = space.presence(amounts).loc[list(cities), fields]
    related = space.relatedness(counts.loc[fields, fields])
    density = space.relatedness_density(present, related, "balland")
    quotient = space.location_quotient(amounts)
    return Period(since, year, holdings, amounts, quotient, present, related, density, spread, universe)


def _counts(pairs: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the co-occurrences of a period as a symmetric table, and how many cities were counted."""
    half = pairs.pivot_table(index="class", columns="other", values="together", aggfunc="sum")
    classes = sorted({*half.index, *half.columns})
    half = half.reindex(index=classes, columns=classes)
    return half.combine_first(half.T).fillna(0).astype(float), int(pairs["places"].max())
