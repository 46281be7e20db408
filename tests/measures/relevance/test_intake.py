"""Bad input: a clear answer and no crash."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadData, BadSpec
from heban.measures import relevance
from heban.measures.relevance.intake import LONGEST, checked

OFFERS = pd.DataFrame({"id": ["a", "b"], "title": ["石墨烯薄膜 graphene", "钢结构 steel"]})
READY = relevance.prepared(OFFERS)


def asked(title: object, text: object = "") -> relevance.Matches:
    return relevance.match(pd.DataFrame({"id": ["n"], "title": [title], "text": [text]}), READY)


def test_everything_wrong_is_told_at_once() -> None:
    table = pd.DataFrame({
        "id": ["1", None, "1"],
        "title": ["a", 3, b"x"],
        "price_fen": ["x", "", "5"],
        "facets": ["a", "", "b=1"],
    })  # fmt: skip
    with pytest.raises(BadData) as refused:
        checked(table, "needs")
    assert str(refused.value) == (
        "6 faults in the data:\n"
        "  error: needs row 3, id: the identifier is missing. Repair: give one.\n"
        "  error: needs row 4, id = '1': the identifier stands twice. Repair: give each its own.\n"
        "  error: needs row 3, title: a int is no text. Repair: give a text, or leave it empty.\n"
        "  error: needs row 4, title: bytes are no text. Repair: decode the file with its encoding first.\n"
        "  error: needs row 2, price_fen = 'x': not a number. Repair: give a number, or leave it empty.\n"
        "  error: needs row 2, facets = 'a': 'a' is no facet. Repair: Write name = value, or name >= number "
        "in a need."
    )


def test_columns_that_are_missing_are_named() -> None:
    with pytest.raises(BadSpec, match=r"^the table of needs lacks id, title or text; it has name\.$"):
        checked(pd.DataFrame({"name": ["x"]}), "needs")


def test_the_table_that_was_given_is_left_as_it_is() -> None:
    given_ = pd.DataFrame({"id": [1], "title": [" a "], "price_fen": ["3"]})
    kept = given_.copy()
    (made,) = checked(given_, "needs").table.to_dict("records")
    assert made == {"id": "1", "title": "a", "price_fen": 3.0, "text": ""}
    pd.testing.assert_frame_equal(given_, kept)


def test_ten_megabytes_are_cut_and_it_is_said() -> None:
    made = asked("", "石墨烯薄膜" * 2_000_000)
    assert made.table["offer"].tolist() == ["a"]
    assert [said.en for said in made.statements["n"]] == [
        f"The text has 10,000,000 characters; the first {LONGEST:,} were read."
    ]


def test_a_binary_text_is_not_read_and_it_is_said() -> None:
    made = asked(bytes(range(256)).decode("latin-1") * 3 + "\x00\x01\x02" * 99)
    assert made.table.empty
    assert [said.code for said in made.statements["n"]] == ["unreadable", "empty"]


def test_text_from_right_to_left_and_mixed_text_are_read() -> None:
    made = asked("\u202eفيلم الجرافين\u202c graphene ＧＲＡＰＨＥＮＥ 石墨烯")
    assert made.table["offer"].tolist() == ["a"]


def test_text_in_a_wrong_encoding_gets_no_answer() -> None:
    made = asked("石墨烯薄膜".encode("gb18030").decode("latin-1"))
    assert made.table.empty
    assert [said.code for said in made.statements["n"]] == ["nothing_shared"]


@settings(max_examples=200)
@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=300)), st.booleans())
@example("\ud800", "\x00", True)
@example("石" * 3, "\u202e\u2066", False)
def test_no_text_crashes_the_matcher(title: str, text: str | None, listed: bool) -> None:
    """Every text gets answers or a statement, and every answer its reasons."""
    needs = pd.DataFrame({"id": ["n"], "title": [title], "text": [text]}, dtype=object)
    shortlist = pd.DataFrame({"need": "n", "offer": ["a", "b"]}) if listed else None
    made = relevance.match(needs, READY, shortlist=shortlist)
    assert len(made.table) or made.statements["n"]
    assert made.table["score"].between(0, 1 + 1e-6).all()
    for offer in made.table["offer"]:
        assert all(told.zh and told.en for told in made.reasons("n", offer))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_no_offer_crashes_the_matcher(titles: list[str]) -> None:
    offers = pd.DataFrame({"id": range(len(titles)), "title": titles}, dtype=object)
    made = relevance.match(pd.DataFrame({"id": ["n"], "title": ["石墨烯 graphene"]}), offers)
    assert len(made.table) or made.statements["n"]
