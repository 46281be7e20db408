"""Names of places: full, short, former, English, and the homonyms."""

from __future__ import annotations

import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.domain.naming import Alias
from heban.domain.place import Place
from heban.domain.region import Group, Region

PLACES = (
    Place("310000", "上海市", "Shanghai", "province"),
    Place("310100", "上海市", "Shanghai", "city", "310000"),
    Place("320000", "江苏省", "Jiangsu", "province"),
    Place("320500", "苏州市", "Suzhou", "city", "320000"),
    Place("320583", "昆山市", "Kunshan", "county", "320500"),
    Place("321200", "泰州市", "Taizhou", "city", "320000"),
    Place("330000", "浙江省", "Zhejiang", "province"),
    Place("331000", "台州市", "Taizhou", "city", "330000"),
    Place("340000", "安徽省", "Anhui", "province"),
    Place("341300", "宿州市", "Suzhou", "city", "340000"),
    Place("341500", "六安市", "Lu'an", "city", "340000"),
    Place("320106", "鼓楼区", "", "county", "320000"),
    Place("320302", "鼓楼区", "", "county", "320000"),
)
POSTCODES = {"20": "310000", "21": "320000", "22": "320000", "31": "330000", "23": "340000", "24": "340000"}


@pytest.fixture
def region() -> Region:
    aliases = (Alias("320500", "平江府", "former", 1912), Alias("341500", "皋城", "alias"))
    return Region("D", "示例", "Demo", "GB/T 2260", PLACES, aliases=aliases, postcodes=POSTCODES)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("320500", "320500"),
        ("苏州市", "320500"),
        ("苏州", "320500"),
        (" 苏 州 ", "320500"),
        ("平江府", "320500"),
        ("Lu'an", "341500"),
        ("LUAN City", "341500"),
        ("江苏", "320000"),
        ("Jiangsu Province", "320000"),
        ("上海", "310100"),
        ("昆山", "320583"),
    ],
)
def test_a_name_finds_its_place(region: Region, name: str, code: str) -> None:
    assert region.resolve(name).code == code


def test_a_level_chooses_the_province_of_a_municipality(region: Region) -> None:
    assert region.resolve("Shanghai", level="province").code == "310000"


@pytest.mark.parametrize(
    ("name", "first", "second"), [("Suzhou", "320500", "341300"), ("Taizhou", "321200", "331000")]
)
def test_a_homonym_raises_with_its_candidates(region: Region, name: str, first: str, second: str) -> None:
    with pytest.raises(UnknownName, match="means several places") as caught:
        region.resolve(name)
    assert caught.value.near == [first, second]


def test_the_sentence_of_a_homonym(region: Region) -> None:
    with pytest.raises(UnknownName) as caught:
        region.resolve("Taizhou")
    assert str(caught.value) == (
        "the name 'Taizhou' means several places: 321200 泰州市 (江苏省); 331000 台州市 (浙江省). "
        "Give the province or a postcode."
    )


@pytest.mark.parametrize(
    ("hint", "code"),
    [
        ({"province": "安徽"}, "341300"),
        ({"province": "320000"}, "320500"),
        ({"postcode": "234000"}, "341300"),
        ({"postcode": "215000"}, "320500"),
    ],
)
def test_a_province_or_postcode_decides(region: Region, hint: dict[str, str], code: str) -> None:
    assert region.resolve("Suzhou", **hint).code == code


def test_a_hint_of_a_third_province_decides_nothing(region: Region) -> None:
    with pytest.raises(UnknownName, match="means several places"):
        region.resolve("Suzhou", postcode="310000")


def test_the_other_suzhou_is_not_taken_for_a_lone_one_in_the_wrong_province(region: Region) -> None:
    with pytest.raises(UnknownName) as caught:
        region.resolve("宿州", province="江苏")
    assert str(caught.value) == "the name '宿州' means 341300 宿州市 (安徽省), which is not in 320000 江苏省."


def test_two_districts_of_one_name_are_not_guessed(region: Region) -> None:
    with pytest.raises(UnknownName, match=r"320106 鼓楼区 \(江苏省\); 320302 鼓楼区 \(江苏省\)"):
        region.resolve("鼓楼区")


def test_an_unknown_name_suggests_near_ones(region: Region) -> None:
    with pytest.raises(UnknownName) as caught:
        region.resolve("Suzhuo")
    assert str(caught.value) == "no place 'Suzhuo' in the region. Near names: Suzhou."


def test_a_county_rolls_up_to_its_city_and_province(region: Region) -> None:
    assert region.at_level("320583", "city").code == "320500"
    assert region.at_level("320583", "province").code == "320000"
    with pytest.raises(UnknownName, match="belongs to no place of level 'city'"):
        region.at_level("320000", "city")


def test_a_group_of_strangers_is_refused() -> None:
    group = Group("core", "核心", "Core", ("999999",))
    with pytest.raises(BadSpec) as caught:
        Region("D", "示例", "Demo", "GB/T 2260", PLACES, groups={"core": group})
    assert str(caught.value) == "groups.core names places that the package does not have: 999999."
