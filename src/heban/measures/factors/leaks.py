"""What a check of factors finds, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from heban.domain.place import Language
from heban.measures.factors.panelwords import listed

Code = Literal[
    "constant",
    "duplicate",
    "opposite",
    "twin",
    "twin_level",
    "order",
    "share",
    "index",
    "sum",
    "product",
    "future",
    "ratio",
]

WORDS: dict[Code, dict[Language, str]] = {
    "constant": {
        "zh": "{names}在所有行中都不变，说明不了任何差别，请移出。",
        "en": "{names} is the same in every row and explains no difference; leave it out.",
    },
    "duplicate": {
        "zh": "{names}只差单位或起点，是同一个因素，请只留一个。",
        "en": "{names} differ by unit or origin only and are one factor; keep one of them.",
    },
    "opposite": {
        "zh": "{names}此消彼长、完全互补，是同一个因素，请只留一个。",
        "en": "{names} are each other's mirror image and are one factor; keep one of them.",
    },
    "twin": {
        "zh": "{names}与结果几乎相同：水平相关{r:.3f}，逐年变化相关{r_changes:.3f}。"
        "它多半是结果本身或由结果算出，请核对来源并移出。",
        "en": "{names} nearly equals the outcome: r = {r:.3f} in levels and {r_changes:.3f} in yearly "
        "changes. It is probably the outcome itself or computed from it; check its source, leave it out.",
    },
    "twin_level": {
        "zh": "{names}与结果几乎相同（相关{r:.3f}）。它多半是结果本身或由结果算出，请核对来源并移出。",
        "en": "{names} nearly equals the outcome (r = {r:.3f}). It is probably the outcome itself or "
        "computed from it; check its source, leave it out.",
    },
    "order": {
        "zh": "{names}把各行排成与结果完全相同（或相反）的次序：它像是由结果换算而来，请核对并移出。",
        "en": "{names} puts all rows in exactly the order of the outcome, or the reverse: it looks like the "
        "outcome transformed; check it and leave it out.",
    },
    "share": {
        "zh": "在每一年内，{names}都与结果成直线关系：它是结果的份额、得分或换算，请移出。",
        "en": "Within every year {names} is the outcome on another scale, as a share or a score of it is; "
        "leave it out.",
    },
    "index": {
        "zh": "在每个地方内，{names}都与结果成直线关系：它是结果以某年为基期的指数或换算，请移出。",
        "en": "Within every place {names} is the outcome on another scale, as an index to a base year is; "
        "leave it out.",
    },
    "sum": {
        "zh": "结果恰好由{names}相加减得出（R²={r2:.6f}）：这是定义，不是影响。请移出其中至少一个。",
        "en": "The outcome is computed from {names} by adding or subtracting (R² = {r2:.6f}): that is a "
        "definition, not an influence. Leave one of them out at least.",
    },
    "product": {
        "zh": "结果恰好由{names}相乘除得出（对数后R²={r2:.6f}）：这是定义，不是影响。请移出其中至少一个。",
        "en": "The outcome is computed from {names} by multiplying or dividing (R² = {r2:.6f} in logs): "
        "that is a definition, not an influence. Leave one of them out at least.",
    },
    "future": {
        "zh": "{names}与上一年结果的相关（{r_lead:.2f}）强于它与下一年结果的相关（{r_lag:.2f}）："
        "更像是结果在前、它在后，不宜当作原因。",
        "en": "{names} goes more closely with the outcome of the year before (r = {r_lead:.2f}) than with "
        "that of the year after ({r_lag:.2f}): it seems to follow the outcome rather than lead it.",
    },
    "ratio": {
        "zh": "{names}与结果都除以“{denominator}”：即使两者无关，共同的分母也会使它们相关。"
        "请改用总量，并把“{denominator}”另列为因素。",
        "en": "{names} and the outcome are both divided by {denominator}: a common denominator makes them "
        "correlate even when nothing links them. Use totals, with {denominator} as a factor of its own.",
    },
}


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that makes a factor look important without being so.

    `factors` are concerned; `figures` were measured; `denominator` is the one in common, if any.
    """

    code: Code
    factors: tuple[str, ...]
    figures: Mapping[str, float] = field(default_factory=dict)
    denominator: str = ""

    def sentence(self, lang: Language, names: Mapping[str, str] | None = None) -> str:
        """Return the finding in plain words; `names` gives factors other names.

        >>> Leak("constant", ("area",)).sentence("en")
        'area is the same in every row and explains no difference; leave it out.'
        """
        called = [(names or {}).get(factor, factor) for factor in self.factors]
        said = listed(called, lang)
        return WORDS[self.code][lang].format(names=said, denominator=self.denominator, **self.figures)

    def record(self) -> dict[str, object]:
        """Return the finding as a plain dict, for facts.

        >>> Leak("constant", ("area",)).record()["code"]
        'constant'
        """
        made = asdict(self)
        return {**made, "factors": list(self.factors), "figures": dict(self.figures)}
