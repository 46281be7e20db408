"""Key factors: which factors go with an outcome, by several methods side by side, and how sure that is.

The names below are loaded when first used, so that one method costs no more than itself. Methods live in
modules of their name: `from heban.measures.factors.lmg import lmg`.

>>> from heban.measures import factors
>>> factors.Top(2, (), "nothing").refused
'nothing'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heban.domain.loading import later

if TYPE_CHECKING:
    from heban.measures.factors.checks import leakage as leakage
    from heban.measures.factors.fixedeffects import PanelFit as PanelFit
    from heban.measures.factors.fixedeffects import fit as fit
    from heban.measures.factors.keyfactors import key_factors as key_factors
    from heban.measures.factors.leaks import Leak as Leak
    from heban.measures.factors.ranking import Importance as Importance
    from heban.measures.factors.result import KeyFactors as KeyFactors
    from heban.measures.factors.result import Top as Top
    from heban.measures.factors.table import from_panel as from_panel

_WHERE = {
    "Importance": "ranking",
    "KeyFactors": "result",
    "Leak": "leaks",
    "PanelFit": "fixedeffects",
    "Top": "result",
    "fit": "fixedeffects",
    "from_panel": "table",
    "key_factors": "keyfactors",
    "leakage": "checks",
}

__all__ = [
    "Importance",
    "KeyFactors",
    "Leak",
    "PanelFit",
    "Top",
    "fit",
    "from_panel",
    "key_factors",
    "leakage",
]

__getattr__, __dir__ = later(__name__, _WHERE)
