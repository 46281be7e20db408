"""Synonyms: other names are added, and a table of one's own is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from heban.domain.errors import BadData
from heban.records.texts.lexicon import fingerprint, read, stop_words, terms
from heban.records.texts.synonyms import expanded, groups
from heban.records.texts.words import words


def test_there_are_groups_of_common_instruments_in_both_languages() -> None:
    instruments = [group for group in groups() if group.kind == "instrument"]
    assert len(instruments) >= 80
    assert all(group.zh and group.en for group in groups())


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("扫描电镜", "sem"),
        ("SEM", "扫描电子显微镜"),
        ("scanning electron microscope", "扫描电镜"),
        ("核磁共振波谱仪", "nmr"),
        ("TiO₂", "二氧化钛"),
        ("质谱", "ms"),
        ("聚合酶链式反应", "pcr"),
    ],
)
def test_other_names_are_added(asked: str, found: str) -> None:
    assert found in expanded(words(asked))


def test_what_was_asked_stays_first_and_nothing_stands_twice() -> None:
    asked = words("用SEM和扫描电镜测试")
    made = expanded(asked)
    assert made[: len(asked)] == asked
    added = made[len(asked) :]
    assert len(added) == len(set(added))
    assert not set(added) & set(asked)


def test_two_letters_are_not_followed() -> None:
    assert expanded(words("5 ms")) == ["5", "ms"]


def test_the_longest_name_wins() -> None:
    made = expanded(["gas", "chromatographi", "mass", "spectrometri"])
    assert "气质联用" in made
    assert "离子色谱" not in made


def test_a_table_of_ones_own_takes_the_place(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("kind,zh,en,short\nfield,脑机接口,brain computer interface,BCI\n", encoding="utf-8")
    own = read(path)
    assert expanded(["bci"], own) == ["bci", "脑机", "接口", "brain", "comput", "interfac"]
    assert expanded(["sem"], own) == ["sem"]


def test_every_fault_of_a_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("kind,zh,en,short\na,甲,,\nb,乙,second,\nc,丙,SECOND,\n", encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read(path)
    assert str(refused.value) == (
        "2 faults in the data:\n"
        "  error: own.csv row 2: a group has fewer than two names. Repair: add one.\n"
        "  error: own.csv row 4 = 'SECOND': the name stands in row 3 too. Repair: keep it in one group."
    )


def test_a_table_without_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("zh,en\n甲,a\n", encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read(path)
    assert str(refused.value) == (
        "1 fault in the data:\n"
        "  error: own.csv row 1: the columns kind, short are missing. Repair: give kind, zh, en, short."
    )


def test_a_table_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("kind,zh,en,short\na,甲,b,\n".encode("gbk"))
    with pytest.raises(BadData, match=r"own\.csv: not readable: .*\. Repair: save it as UTF-8 CSV\."):
        read(path)


def test_the_lists_hold_each_word_once() -> None:
    own = [term for term in terms() if not any(term in group.zh for group in groups())]
    assert len(own) == len(set(own))
    assert not set(terms()) & stop_words()
    assert fingerprint() == fingerprint()
