"""Folding: what is written alike is read alike, and units and formulae keep their meaning."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.records.texts.folding import fold


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＰＭ２．５", "pm2.5"),
        ("TiO₂", "tio2"),
        ("5Ｇ基站", "5g基站"),
        ("µm", "μm"),  # the micro sign is the Greek letter
        ("25 ℃", "25 ℃"),
        ("25°C", "25℃"),
        ("m²", "m2"),
        ("㎡", "m2"),
        ("10²", "10^2"),  # and not a hundred and two
        ("１０⁻³", "10^-3"),
        ("kW·h", "kw·h"),
        ("kW⋅h", "kw·h"),
        ("2½", "2 1/2"),  # and not twenty-one halves
        ("步骤①②", "步骤 1 2"),
        ("光催化劑", "光催化剂"),
        ("臺灣", "台湾"),
        ("二〇二四", "二零二四"),
        ("，（）：", ",():"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("a\x00b\x07", "ab"),
        (" a\t\r\n　b ", "a b"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_written_forms(written: str, read: str) -> None:
    assert fold(written) == read


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_no_control_character_and_no_double_space_is_left(text: str) -> None:
    folded = fold(text)
    assert not {unicodedata.category(c) for c in folded} & {"Cc", "Cf", "Cs"}
    assert folded == " ".join(folded.split())


def test_every_character_of_the_basic_plane_folds_once_for_all() -> None:
    wrong = [c for c in map(chr, range(0x10000)) if fold(fold(c)) != fold(c)]
    assert wrong == []
