"""Synthetic records of patent transfers that agree with what is published of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.distance import great_circle
from heban.domain.errors import BadSpec
from heban.domain.place import Place
from heban.records.kinds import kind
from heban.records.package import DataPackage
from heban.records.synth.calibration import Transfers, margins, yearly_totals
from heban.records.synth.rounding import fitted, rounded, shares

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
AFFINITY = 4.0  # how much more a city gives of the industries it is known for; 默认值待核


@dataclass(frozen=True)
class Ground:
    """The cities of the region: which province each is in, and how strongly each pair is drawn together."""

    cities: tuple[str, ...]
    provinces: tuple[str, ...]
    province: Integers  # of each city
    pull: Floats  # city × city; what is not published decides here


def transfers(package: DataPackage, asked: Transfers, rng: np.random.Generator) -> pd.DataFrame:
    """Return records of the kind `transfers`, one row each, in the order of their dates.

    Of every year the number is that of `yearly_totals`; what provinces give each other has the published
    sums of rows and columns; the rest stays within provinces. Among cities the records follow a
    gravity of institutions and distance. The records between provinces have each published number
    of an industry over all years; what no industry claims has none.
    """
    ground = _ground(package, asked)
    totals = yearly_totals(package, asked)
    between = _between(package, asked, ground, totals)
    counts = [
        _cities(ground, province, asked.within, rng)
        for province in (_within(table, int(total)) for table, total in zip(between, totals, strict=True))
    ]
    table = _rows(ground, counts, totals.index.to_numpy(), rng)
    table["class"] = _classes(package, asked, ground, table, rng)
    return _named(table)


def _ground(package: DataPackage, asked: Transfers) -> Ground:
    region = package.region
    cities = region.cities()
    provinces = tuple(dict.fromkeys(place.parent for place in cities))
    held = package.frames("institutions")["place"].value_counts() if package.of_kind("institutions") else {}
    mass = np.array([1.0 + held.get(city.code, 0) for city in cities])
    gives, takes = (
        mass * [asked.weights.get(city.code, (1.0, 1.0))[end] for city in cities] for end in (0, 1)
    )
    pull = np.outer(gives, takes) * _near(cities) ** -asked.distance
    place = {code: number for number, code in enumerate(provinces)}
    of = np.array([place[city.parent] for city in cities])
    return Ground(tuple(city.code for city in cities), provinces, of, pull)


def _near(cities: Sequence[Place]) -> Floats:
    """Return the distance of every pair in km; a city is from itself half as far as from its nearest."""
    lost = [city.zh for city in cities if city.lon is None or city.lat is None]
    if lost:
        raise BadSpec(f"places.csv: {lost[0]} has no coordinates; distances between cities need them.")
    far = great_circle(*np.array([[city.lon, city.lat] for city in cities], dtype=float).T)
    np.fill_diagonal(far, np.inf)
    np.fill_diagonal(far, far.min(axis=1) / 2)
    return far


def _between(
    package: DataPackage, asked: Transfers, ground: Ground, totals: pd.Series[int]
) -> list[Integers]:
    """Return for each year the whole numbers that each province gives each other one."""
    years = totals.index.to_list()
    given, received = (
        margins(package, name, years).reindex(columns=list(ground.provinces)).fillna(0).to_numpy()
        for name in (asked.given, asked.received)
    )
    known = package.holdings(asked.given).frame["year"].unique()
    prior = np.zeros((len(ground.provinces),) * 2)
    np.add.at(prior, (ground.province[:, None], ground.province[None, :]), ground.pull)
    prior *= ~np.eye(len(prior), dtype=bool)
    share = pd.Series(given.sum(axis=1) / totals.to_numpy(), index=years)
    whole = share.where(share.index.isin(known)).interpolate("index").ffill().bfill() * totals
    made = []
    for row, column, total, year in zip(given, received, whole, years, strict=True):
        count = int(row.sum()) if year in known else round(total)
        rows, columns = (shares(end, count).astype(float) for end in (row, column))
        made.append(rounded(fitted(prior, rows, columns)))
    return made


def _within(between: Integers, total: int) -> Integers:
    """Put on the diagonal what stays in each province, shared out by what it gives and receives."""
    active = (between.sum(axis=0) + between.sum(axis=1)).astype(float)
    inside = shares(active, max(total - int(between.sum()), 0))
    return between + np.diag(inside)


def _cities(ground: Ground, provinces: Integers, within: float, rng: np.random.Generator) -> Integers:
    """Share what goes from province to province out among their cities."""
    counts = np.zeros(ground.pull.shape, dtype=np.int64)
    for origin, destination in np.argwhere(provinces > 0):
        rows = np.flatnonzero(ground.province == origin)
        columns = np.flatnonzero(ground.province == destination)
        pull = ground.pull[np.ix_(rows, columns)]
        if origin == destination and len(rows) > 1:
            own = np.diag(np.diag(pull))
            pull = within * own / own.sum() + (1 - within) * (pull - own) / (pull - own).sum()
        drawn = rng.multinomial(provinces[origin, destination], (pull / pull.sum()).ravel())
        counts[np.ix_(rows, columns)] = drawn.reshape(pull.shape)
    return counts


def _rows(ground: Ground, counts: list[Integers], years: Integers, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row for every record, with a day of its year."""
    stacked = np.stack(counts)
    year, origin, destination = (np.repeat(axis, stacked[stacked > 0]) for axis in np.nonzero(stacked))
    first = years[year].astype(str).astype("datetime64[Y]").astype("datetime64[D]")
    days = (first.astype("datetime64[Y]") + 1).astype("datetime64[D]") - first
    date = first + np.floor(rng.random(len(first)) * days.astype(int)).astype("timedelta64[D]")
    cities = np.array(ground.cities)
    table = pd.DataFrame(
        {
            "year": years[year],
            "date": np.datetime_as_string(date),
            "origin": cities[origin],
            "destination": cities[destination],
            "apart": ground.province[origin] != ground.province[destination],
        }
    )
    return table.sort_values(["date", "origin", "destination"], kind="stable", ignore_index=True)


def _classes(
    package: DataPackage, asked: Transfers, ground: Ground, table: pd.DataFrame, rng: np.random.Generator
) -> npt.NDArray[np.object_]:
    """Give the records an industry: those between provinces so that the published totals hold."""
    totals = package.holdings(asked.classes).frame.groupby("class")["value"].sum()
    apart = table["apart"].to_numpy()
    if totals.sum() > apart.sum():
        raise BadSpec(
            f"the published industries sum to {totals.sum():.0f} transfers between provinces, but the "
            f"yearly totals leave {apart.sum()}. Correct the totals that synth.toml names."
        )
    codes = np.array([*totals.index, ""], dtype=object)
    columns = np.append(totals.to_numpy(dtype=float), apart.sum() - totals.sum())
    affinity = np.array([[AFFINITY if c in asked.industries.get(city, ()) else 1.0 for c in codes]
                         for city in ground.cities])  # fmt: skip
    origin = pd.Categorical(table["origin"], categories=ground.cities).codes
    rows = np.bincount(origin[apart], minlength=len(ground.cities))
    given = rounded(fitted(affinity, rows.astype(float), columns))
    result = np.full(len(table), "", dtype=object)
    share = given / np.maximum(given.sum(axis=1, keepdims=True), 1)
    for city in range(len(ground.cities)):
        mine = np.flatnonzero((origin == city) & apart)
        result[mine] = rng.permutation(np.repeat(codes, given[city]))
        rest = np.flatnonzero((origin == city) & ~apart)
        odds = share[city] if share[city].sum() else columns / columns.sum()
        result[rest] = codes[rng.choice(len(codes), size=len(rest), p=odds)]
    return result


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Give every record an identifier and parties whose names say that they are invented."""
    number = pd.Series(np.arange(1, len(table) + 1)).astype(str).str.zfill(7)
    return table.assign(
        id="synthetic-" + number,
        transferor="合成转让人 " + table["origin"],
        transferee="合成受让人 " + table["destination"],
        patent="synthetic-" + number,
    ).reindex(columns=kind("transfers").columns)
