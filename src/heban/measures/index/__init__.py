"""The composite index: from indicators to scores, weights, statistics and their uncertainty.

The names below are loaded when first used, so that one step of the index costs no more than itself.

>>> from heban.measures import index
>>> index.IndexSpec(root="i").normalise.method
'minmax'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heban.domain.loading import later

if TYPE_CHECKING:
    from heban.measures.index.comparison import compare as compare
    from heban.measures.index.comparison import strengths as strengths
    from heban.measures.index.comparison import without_each as without_each
    from heban.measures.index.pipeline import build as build
    from heban.measures.index.result import IndexResult as IndexResult
    from heban.measures.index.result import sheets as sheets
    from heban.measures.index.spec import IndexSpec as IndexSpec
    from heban.measures.index.spec import from_dict as from_dict
    from heban.measures.index.spec import from_toml as from_toml
    from heban.measures.index.spec import schema as schema
    from heban.measures.index.tables import from_coinr as from_coinr

_WHERE = {
    "IndexResult": "result",
    "IndexSpec": "spec",
    "build": "pipeline",
    "compare": "comparison",
    "from_coinr": "tables",
    "from_dict": "spec",
    "from_toml": "spec",
    "schema": "spec",
    "sheets": "result",
    "strengths": "comparison",
    "without_each": "comparison",
}

__all__ = [
    "IndexResult",
    "IndexSpec",
    "build",
    "compare",
    "from_coinr",
    "from_dict",
    "from_toml",
    "schema",
    "sheets",
    "strengths",
    "without_each",
]

__getattr__, __dir__ = later(__name__, _WHERE)
