"""Matching as a face: from tables of needs and offers to answers, a results package and a page.

>>> import pandas as pd
>>> from heban.report import matching
>>> needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯传感器"]})
>>> offers = pd.DataFrame({"id": ["a", "b"], "kind": "patent", "title": ["钢结构桥梁", "石墨烯薄膜"]})
>>> matching.answers(needs, offers)["needs"][0]["answers"][0]["title"]
'石墨烯薄膜'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heban.domain.loading import later

if TYPE_CHECKING:
    from heban.report.matching.answering import Answers as Answers
    from heban.report.matching.answering import answered as answered
    from heban.report.matching.facts import answers as answers
    from heban.report.matching.judgements import read_judgements as read_judgements
    from heban.report.matching.spec import MatchSpec as MatchSpec
    from heban.report.matching.spec import from_toml as from_toml
    from heban.report.matching.writing import write as write

_WHERE = {
    "Answers": "answering",
    "MatchSpec": "spec",
    "answered": "answering",
    "answers": "facts",
    "from_toml": "spec",
    "read_judgements": "judgements",
    "write": "writing",
}
__getattr__, __dir__ = later(__name__, _WHERE)
