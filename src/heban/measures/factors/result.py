"""What was found out about key factors, and what may be said of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.domain.place import Language
from heban.measures.factors import verdict
from heban.measures.factors.collinearity import Collinearity
from heban.measures.factors.fixedeffects import PanelFit
from heban.measures.factors.leaks import Leak
from heban.measures.factors.noise import Noise
from heban.measures.factors.ranking import STANDS, Importance
from heban.measures.factors.size import Size

CHANCE = 0.02  # so that of 100 tables of noise 95 and more are called that, in 98 hundreds of 100; ours
Reason = Literal["nothing", "small", "leak", "unsure"]
LEAKS = {"twin", "twin_level", "order", "share", "index", "sum", "product"}  # these hold the outcome itself

COLUMNS = ("factor", "method", "importance", "low", "high", "rank", "rank_low", "rank_high", "inclusion")


@dataclass(frozen=True)
class Top:
    """The names of the first `count` factors, or why they cannot be named.

    `names` is empty when `refused` gives a reason: "nothing" (chance does as well), "small" (too small a
    sample), "leak" (one holds the outcome itself) or "unsure" (another sample would name others). `stand` are
    the factors whose inclusion is .8 at least, `weak` the others of the first, each with its inclusion.
    """

    count: int
    names: tuple[str, ...]
    refused: Reason | None
    stand: tuple[tuple[str, float], ...] = ()
    weak: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False)
class KeyFactors:
    """The methods side by side, the first of `importances` leading; they are never averaged.

    `importances` is empty when there are too few places to draw from. `effects` as `effects.effects`,
    `panel` the regression within places, if there are years; `false` bounds the expected number of factors
    that stability selection picks wrongly (`stability.bound`).
    """

    outcome: str
    factors: tuple[str, ...]
    size: Size
    noise: Noise
    importances: tuple[Importance, ...]
    effects: pd.DataFrame
    leaks: tuple[Leak, ...]
    collinearity: Collinearity | None
    panel: PanelFit | None
    count: int
    false: float | None
    bootstraps: int
    seed: int
    level: float

    def of(self, method: str) -> Importance:
        """Return the importance by one method, or raise `UnknownName`."""
        for importance in self.importances:
            if importance.method == method:
                return importance
        raise unknown("method", method, (each.method for each in self.importances), "these key factors")

    def table(self) -> pd.DataFrame:
        """Return a row for each method and factor: importance, rank, their intervals, inclusion.

        As `ranking.Importance.table`. A factor that a method cannot tell has no row there.
        """
        parts = [each.table(min(self.count, len(each.factors))) for each in self.importances]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))

    def top(self, count: int | None = None) -> Top:
        """Return the names of the first factors, if each is there in .8 of the draws by the leading method.

        Otherwise none, and the reason. Raises `BadSpec` unless `count` leaves a factor out.
        """
        count = self.count if count is None else count
        if not 1 <= count < len(self.factors):
            raise BadSpec(
                f"top is {count} of {len(self.factors)} factors; it has to be at least 1 and leave a "
                f"factor out."
            )
        early = self._early()
        if early is not None:
            return Top(count, (), early)
        first = self.importances[0].table(count).head(count)
        sure = first["inclusion"] >= STANDS - 1e-12
        stand, weak = _pairs(first[sure]), _pairs(first[~sure])
        names = tuple(first["factor"])
        if weak:
            return Top(count, (), "unsure", stand, weak)
        held = any(leak.code in LEAKS and set(leak.factors) & set(names) for leak in self.leaks)
        return Top(count, () if held else names, "leak" if held else None, stand)

    def _early(self) -> Reason | None:
        """Return why no factor may be named at all."""
        if not self.importances or math.isnan(self.noise.p):
            return "small"
        if self.noise.nothing(CHANCE):
            return "nothing"
        return "small" if self.size.small else None

    def record(self) -> dict[str, object]:
        """Return what sentences need as a plain dict; None where nothing is known."""
        top, panel = self.top(), self.panel
        return {
            "outcome": self.outcome,
            "factors": list(self.factors),
            "size": {**asdict(self.size), "each": self.size.each, "small": self.size.small},
            "noise": {key: None if math.isnan(value) else value for key, value in asdict(self.noise).items()},
            "top": {**asdict(top), "names": list(top.names)},
            "methods": [each.method for each in self.importances],
            "table": self.table().to_dict("records"),
            "effects": self.effects.to_dict("records"),
            "leaks": [leak.record() for leak in self.leaks],
            "bootstraps": self.bootstraps,
            "seed": self.seed,
            "level": self.level,
            "false": self.false,
            "panel": None if panel is None else panel.record(),
            "collinearity": None if self.collinearity is None else self.collinearity.record(),
        }

    def verdict(self, lang: Language = "zh", names: Mapping[str, str] | None = None) -> list[str]:
        """Return in plain words what was found, a sentence each; `names` gives factors other names."""
        said = verdict.sentences(self.record(), lang, names=names)
        said += [leak.sentence(lang, names) for leak in self.leaks]
        said += [] if self.collinearity is None else self.collinearity.sentences(lang, names)
        return [*said, verdict.CAUTION[lang]]

    def __repr__(self) -> str:
        top = self.top()
        said = ", ".join(top.names) or f"no top {top.count}: {top.refused}"
        return f"<KeyFactors of {self.outcome}: {self.size.rows} rows, {len(self.factors)} factors; {said}>"


def _pairs(table: pd.DataFrame) -> tuple[tuple[str, float], ...]:
    return tuple(
        (str(name), float(share)) for name, share in zip(table["factor"], table["inclusion"], strict=True)
    )
