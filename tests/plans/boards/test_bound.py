"""What follows for factors that no plan can move, in both languages; the words of notes."""

from __future__ import annotations

import numpy as np
import pytest

from heban.domain.place import Language
from heban.plans.boards import Boards
from heban.plans.boards.bound import Consequence, consequences
from heban.plans.boards.note import WORDS, Note
from heban.plans.spec import Factor

WEALTH = Factor(code="wealth", source="statistics:wealth", zh="人均GDP", en="GDP per head", pillar="output")
DEALS = Factor(
    code="deals",
    source="holdings:deals",
    zh="技术合同",
    en="contracts",
    mobility="transferable",
    pillar="output",
)
HOURS = Factor(code="hours", source="holdings:hours", mobility="transferable", pillar="input")


def made() -> tuple[Consequence, ...]:
    value = np.array([[20.0, 1, 1], [4.0, 1, 1], [2.0, 1, 1], [np.nan, 1, 1]])
    need = np.array([[10.0, 1, 1]] * 4)
    return consequences(
        Boards(tuple("abcd"), (WEALTH, DEALS, HOURS), value, value, value, need, need, need, np.ones((4, 3)))
    )


def test_a_bound_factor_names_who_lacks_it_and_what_can_move_in_its_pillar() -> None:
    (found,) = made()
    assert found.factor is WEALTH
    assert found.short == (("c", 8.0), ("b", 6.0))
    assert found.long == (("a", 10.0),)
    assert found.unknown == ("d",)
    assert [factor.code for factor in found.movable] == ["deals"]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        (
            "en",
            "GDP per head is bound to its place and in no plan: "
            "what one city has beyond its need cannot reach another. Cea, b can only grow it at home. "
            "What others can help with is what moves in the same pillar: contracts.",
        ),
        (
            "zh",
            "人均GDP附着于本地，不进入方案：一个城市的多余到不了别的城市。Cea、b只能靠本地生长补上。"
            "外地帮得上的，是同一支柱中可以流动的：技术合同。",
        ),
    ],
)
def test_what_follows_is_said_in_both_languages(lang: Language, sentence: str) -> None:
    assert made()[0].said(lang, {"c": "Cea"}) == sentence


def test_nobody_is_short() -> None:
    found = Consequence(WEALTH, (), (("a", 1.0),), (), (DEALS,))
    assert found.said("en").endswith("cannot reach another. No place is short of it.")
    assert found.said("zh").endswith("没有地方短缺。")


def test_every_note_has_words_in_both_languages() -> None:
    figures = {"places": 7.0, "least": 20.0, "r1": 0.5, "level": 0.5, "asked": 0.9}
    for kind in WORDS:
        for lang in ("zh", "en"):
            said = Note(kind, ("a",), figures).said(lang)  # type: ignore[arg-type]
            assert "{" not in said
            assert said.endswith("。" if lang == "zh" else ".")
