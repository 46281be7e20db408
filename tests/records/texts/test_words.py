"""Words, runs and grams of mixed Chinese and English text."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.records.texts.folding import fold
from heban.records.texts.grams import grams
from heban.records.texts.runs import LONGEST, is_chinese, runs
from heban.records.texts.words import words

MIXED = st.text(st.sampled_from("光催化剂的研究aBc09TiO₂PM.5℃μ·-/()（），。 \n^+#%مقこ안²"), max_size=40)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("PM2.5", ["pm2.5"]),
        ("低于10mg/m³", ["低于", "10mg/m3"]),
        ("100kW·h", ["100kw·h"]),
        ("Ca(OH)₂和(NH4)2SO4", ["ca(oh)2", "和", "(nh4)2so4"]),
        ("C++ C# 5G+", ["c++", "c#", "5g"]),
        ("COVID-19 x-ray 的x-ray α-Fe₂O₃", ["covid-19", "x-ray", "的", "x-ray", "α-fe2o3"]),
        ("machine-learning and/or TCP/IP", ["machine", "learning", "and", "or", "tcp", "ip"]),
        ("1,000元，10，20", ["1,000", "元", "10", "20"]),
        ("10⁻³ mol/L 99.5%", ["10^-3", "mol/l", "99.5%"]),
        ("a_b __init__", ["a", "b", "init"]),
        ("مرحبا こんにちは 안녕", ["مرحبا", "こんにちは", "안녕"]),
    ],
)
def test_units_and_formulae_are_one_run(text: str, kept: list[str]) -> None:
    assert runs(fold(text)) == kept


def test_a_run_that_is_no_word_is_cut() -> None:
    assert [len(run) for run in runs("a" * 200)] == [LONGEST, LONGEST, LONGEST, 8]


def test_technical_terms_and_synonyms_are_one_word() -> None:
    found = words("采用扫描电子显微镜与热重分析仪表征钙钛矿太阳能电池")
    assert {"扫描电子显微镜", "热重分析仪", "钙钛矿太阳能电池"} <= set(found)


def test_traditional_text_has_the_words_of_simplified_text() -> None:
    assert words("環保裝備數位化管理系統") == words("环保装备数位化管理系统")


def test_stems_stop_words_and_parts_are_switched() -> None:
    assert words("The sensors of cells") == ["the", "sensor", "of", "cell"]
    assert words("The sensors of cells", stops=False, stems=False) == ["sensors", "cells"]
    assert words("管理系统") == ["管理系统"]
    assert words("管理系统", parts=True)[-1] == "管理系统"
    assert "管理" in words("管理系统", parts=True)


def test_a_text_without_words_has_none() -> None:
    for empty in ("", " \n", "，。！", "\u202e\x00", "()[]{}"):
        assert words(empty) == []
        assert grams(empty) == []


def test_ten_megabytes_are_cut_like_ten_letters() -> None:
    assert len(words("光催化剂 " * 100_000)) == 100_000
    assert set(grams("a" * 1_000_000)) == {"a" * LONGEST}


def test_grams_of_a_run() -> None:
    assert grams("光催化TiO2剂", (1, 2)) == ["光", "催", "化", "光催", "催化", "tio2", "剂"]
    assert grams("光催化", (3,)) == ["光催化"]
    assert grams("光，催", (2,)) == []


@pytest.mark.parametrize("sizes", [(), (0,), (1, 9)])
def test_grams_of_no_such_size(sizes: tuple[int, ...]) -> None:
    message = f"sizes = {sizes!r}: the sizes of grams are whole numbers from 1 to 8."
    with pytest.raises(BadSpec) as refused:
        grams("光", sizes)
    assert str(refused.value) == message


@given(MIXED)
def test_chinese_words_and_grams_lose_no_character(text: str) -> None:
    chinese = Counter("".join(run for run in runs(fold(text)) if is_chinese(run)))
    assert Counter("".join(word for word in words(text) if is_chinese(word))) == chinese
    assert Counter(gram for gram in grams(text, (1,)) if is_chinese(gram)) == chinese


@given(MIXED)
def test_the_number_of_grams_of_a_size(text: str) -> None:
    wanted = sum(max(len(run) - 1, 0) if is_chinese(run) else 1 for run in runs(fold(text)))
    assert len(grams(text, (2,))) == wanted


@given(st.text())
def test_any_text_is_cut_into_folded_words(text: str) -> None:
    for word in words(text, stems=False):
        assert fold(word) == word
        assert not word.isspace()
