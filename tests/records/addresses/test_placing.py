"""Addresses of the Delta: what decides, what must not, and what stays open."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.domain.place import Place
from heban.domain.region import Region
from heban.records.addresses import Gazetteer, place_addresses
from heban.records.kinds import kind

CHINA = "Peoples R China"


def placed(text: str, gazetteer: Gazetteer) -> tuple[str, float, str]:
    row = place_addresses([text], gazetteer).loc[0]
    return row["place"], row["confidence"], row["evidence"]


@pytest.mark.parametrize(
    ("text", "place", "confidence", "evidence"),
    [
        ("江苏省苏州市昆山市前进路8号", "320500", 1.0, "city 苏州市; province 江苏省; county 昆山市"),
        ("215300 江苏省苏州市昆山市花桥镇", "320500", 1.0,
         "city 苏州市; province 江苏省; county 昆山市; postcode of 苏州市"),
        ("上海市浦东新区张江路1号", "310100", 1.0, "city 上海市; county 浦东新区"),
        ("宁波鄞州区百丈路158号", "330200", 1.0, "city 宁波市; county 鄞州区"),
        ("南京", "320100", 0.9, "city 南京市"),
        ("江苏省昆山市", "320500", 0.9, "county 昆山市 of city 苏州市; province 江苏省"),
        ("宜兴市", "320200", 0.8, "county 宜兴市 of city 无锡市"),
        ("义乌市稠州北路", "330700", 0.8, "county 义乌市 of city 金华市"),
        ("慈溪", "330200", 0.6, "county 慈溪市 of city 宁波市"),
        ("吴江经济技术开发区柳胥路479号", "320500", 0.5, "bare name of a district of city 苏州市"),
        ("沛县", "320300", 0.8, "county 沛县 of city 徐州市"),
        ("中国（上海）自由贸易试验区康桥东路1号", "310100", 0.9, "city 上海市"),
    ],
)  # fmt: skip
def test_chinese_addresses(delta: Gazetteer, text: str, place: str, confidence: float, evidence: str) -> None:
    assert placed(text, delta) == (place, confidence, evidence)


@pytest.mark.parametrize(
    ("text", "place", "confidence", "evidence"),
    [
        (f"Soochow Univ, Suzhou 215123, Jiangsu, {CHINA}", "320500", 1.0,
         "city 苏州市; province 江苏省; postcode of 苏州市"),
        ("Suzhou, Anhui", "341300", 1.0, "city 宿州市; province 安徽省"),
        (f"Chinese Acad Sci, Suzhou 234000, {CHINA}", "341300", 1.0, "city 宿州市; postcode of 宿州市"),
        (f"Suzhou Univ, Suzhou, Anhui, {CHINA}", "341300", 1.0, "city 宿州市; province 安徽省"),
        (f"Taizhou 318000, {CHINA}", "331000", 1.0, "city 台州市; postcode of 台州市"),
        (f"Taizhou 225300, {CHINA}", "321200", 1.0, "city 泰州市; postcode of 泰州市"),
        (f"Duke Kunshan Univ, Kunshan 215316, {CHINA}", "320500", 0.9,
         "county 昆山市 of city 苏州市; postcode of 苏州市"),
        (f"Xian Jiaotong Liverpool Univ, Suzhou, {CHINA}", "320500", 0.7,
         "city 苏州市; an institution there"),
        (f"Zhejiang Canc Hosp, Taizhou, {CHINA}", "331000", 0.6, "city 台州市; the name of an organisation"),
        (f"Univ Nottingham Ningbo China, 199 Taikang East Rd, Ningbo 315100, {CHINA}", "330200", 1.0,
         "city 宁波市; postcode of 宁波市"),
        ("Nanjing University Nanjing China", "320100", 0.8, "city 南京市"),
        ("Lu’an 237000, P. R. China", "341500", 1.0, "city 六安市; postcode of 六安市"),
        (f"Shanghai 200241, {CHINA}", "310100", 1.0, "city 上海市; postcode of 上海市"),
        (f"Fuyang, Hangzhou 311400, {CHINA}", "330100", 1.0,
         "city 杭州市; county 富阳区; postcode of 杭州市"),
    ],
)  # fmt: skip
def test_english_addresses(delta: Gazetteer, text: str, place: str, confidence: float, evidence: str) -> None:
    assert placed(text, delta) == (place, confidence, evidence)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        (f"Suzhou, {CHINA}", "ambiguous: 320500 苏州市; 341300 宿州市"),
        (f"Suzhou Univ, Suzhou, {CHINA}", "ambiguous: 320500 苏州市; 341300 宿州市"),
        (f"Peking Univ, Taizhou, {CHINA}", "ambiguous: 321200 泰州市; 331000 台州市"),
        ("江苏省鼓楼区", "ambiguous: 320100 南京市; 320300 徐州市"),
        ("苏州市吴中区友翔路16号，深圳市龙华新区", "ambiguous: 320500 苏州市; 440300 深圳市"),
        (f"Suzhou, Zhejiang, {CHINA}",
         "ambiguous: 320500 苏州市; 341300 宿州市; the province named is 浙江省"),
        ("江西省南昌市西湖区", "outside: 360100 南昌市; province 江西省"),
        ("南昌市西湖区文三路", "outside: 360100 南昌市"),
        ("广东省", "outside: 440000 广东省"),
        ("吉林朝阳", "outside: 220200 吉林市"),
        ("德国蒂申罗伊特", "outside: country 德国"),
        ("Stanford Univ, Stanford, CA USA", "outside: country 美国"),
        ("Shanghai Restaurant, London, England", "outside: country 英国"),
        ("江苏扬子江国际化学工业园", "nothing: only 320000 江苏省 is named"),
        ("未知", "nothing: no place is named"),
        ("", "nothing: no place is named"),
    ],
)  # fmt: skip
def test_what_stays_open_says_why(delta: Gazetteer, text: str, evidence: str) -> None:
    place, confidence, found = placed(text, delta)
    assert (place, found) == ("", evidence)
    assert math.isnan(confidence)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("南京市南京路5号", "320100"),
        ("上海市北京东路668号", "310100"),
        ("杭州市上海路1号", "330100"),
        ("宁波市海曙区无锡街3号", "330200"),
        ("Nanjing East Rd, Shanghai", "310100"),
        ("5 Suzhou Street, Hefei, Anhui", "340100"),
        ("慈溪经济开发区(杭州湾新区)滨海大道", "330200"),
        ("新昌县南明街道江南北路116号", "330600"),
        ("天台县西工业区", "331000"),
        ("浦东新区书院镇船山街82号", "310100"),
    ],
)
def test_names_of_roads_and_syllables_between_words_are_no_places(
    delta: Gazetteer, text: str, place: str
) -> None:
    assert placed(text, delta)[0] == place


def test_a_bare_county_before_a_level_is_another_place(delta: Gazetteer) -> None:
    assert placed("滨海新区中新生态城", delta)[2] == "nothing: no place is named"
    assert placed("滨海县", delta)[0] == "320900"
    assert placed("东丰县三合工业园区", delta)[2] == "nothing: no place is named"


@pytest.mark.parametrize(
    ("text", "place", "confidence"),
    [
        ("上海交通大学苏州人工智能研究院, 江苏省苏州市工业园区", "320500", 1.0),
        ("上海交通大学苏州人工智能研究院", "320500", 0.6),
        ("南京大学苏州校区", "320500", 0.8),
        ("合肥工业大学宣城校区", "341800", 0.8),
        ("宁波大学, 江苏省南京市", "320100", 1.0),
        ("宁波西铁供应链管理有限公司", "330200", 0.5),
        ("Shanghai Jiao Tong Univ, Wuxi, Jiangsu", "320200", 1.0),
    ],
)
def test_an_organisation_named_after_a_city_does_not_decide_against_the_address(
    delta: Gazetteer, text: str, place: str, confidence: float
) -> None:
    assert placed(text, delta)[:2] == (place, confidence)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("江   苏省 苏州市", "320500"),
        ("江 苏 省 南 京 市", "320100"),
        ("浙汀省宁波市", "330200"),
        ("毫州市谯城区", "341600"),
        ("ＳＵＺＨＯＵ　215123", "320500"),
        ("SUZHOU, JIANGSU", "320500"),
    ],
)
def test_spellings(delta: Gazetteer, text: str, place: str) -> None:
    assert placed(text, delta)[0] == place


@pytest.mark.parametrize(
    ("text", "place", "evidence"),
    [
        ("安徽省巢湖市含山县", "340500", "county 含山县 of city 马鞍山市; province 安徽省"),
        ("安徽省巢湖市", "340100", "county 巢湖市 of city 合肥市; province 安徽省"),
        ("六安市寿县", "340400", "county 寿县 is today of city 淮南市"),
        ("安庆市枞阳县", "340700", "county 枞阳县 is today of city 铜陵市"),
    ],
)
def test_counties_that_changed_hands_lie_where_they_lie_today(
    delta: Gazetteer, text: str, place: str, evidence: str
) -> None:
    found = placed(text, delta)
    assert (found[0], found[2]) == (place, evidence)


def test_a_postcode_against_the_city_lowers_the_confidence(delta: Gazetteer) -> None:
    text = f"Canadian Solar Inc, Wuxi 210093, {CHINA}"
    assert placed(text, delta) == ("320200", 0.6, "city 无锡市; postcode of 南京市 (another place)")


def test_a_postcode_alone_is_a_hint(delta: Gazetteer) -> None:
    assert placed(f"Minist Educ, 310058, {CHINA}", delta) == ("330100", 0.6, "postcode of city 杭州市")
    assert placed("tel. 0571-310058", delta)[0] == ""
    assert placed("1310058", delta)[0] == ""


def test_each_distinct_text_has_one_row_of_the_kind(delta: Gazetteer) -> None:
    frame = place_addresses(["苏州市", "无锡市", "苏州市", "无\x1e锡"], delta)
    assert frame["text"].tolist() == ["苏州市", "无锡市", "无\x1e锡"]
    assert list(frame) == list(kind("addresses").columns)
    assert place_addresses([], delta).empty


def test_batches_read_as_one(delta: Gazetteer, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["苏州市", "Suzhou, Anhui", "上海市北京东路668号", "", "210093", "南京大学苏州校区", "广东省"]
    whole = place_addresses(texts, delta)
    monkeypatch.setattr("heban.records.addresses.placing.BATCH", 2)
    pd.testing.assert_frame_equal(place_addresses(texts, delta), whole)


def test_a_region_of_one_province_knows_the_homonyms_elsewhere() -> None:
    jiangsu = Place("320000", "江苏省", "Jiangsu", "province")
    suzhou = Place("320500", "苏州市", "Suzhou", "city", "320000")
    gazetteer = Gazetteer(Region("JS", "江苏", "Jiangsu", "GB/T 2260", (jiangsu, suzhou)))
    assert placed("Suzhou", gazetteer)[2] == "ambiguous: 320500 苏州市; 341300 宿州市"
    assert placed("Suzhou 215123", gazetteer)[0] == "320500"
    assert placed("Suzhou 234000", gazetteer)[2] == "outside: 341300 宿州市; postcode of 宿州市"


ALPS = Region(
    "ALPS", "阿尔卑斯", "Alps", "NUTS 2021",
    (
        Place("IT", "意大利", "Italy", "nation"),
        Place("FR", "法国", "France", "nation"),
        Place("ITH1", "博尔扎诺自治省", "Bolzano/Bozen", "city", "IT"),
        Place("ITC1", "都灵", "Torino", "city", "IT"),
        Place("FRK2", "格勒诺布尔", "Grenoble", "city", "FR"),
        Place("FRV", "瓦朗斯", "Valence", "city", "FR"),
        Place("ITV", "瓦伦扎", "Valence", "city", "IT"),
    ),
    postcodes={"38": "FRK2"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "evidence"),
    [
        ("Univ Torino, Torino, Italy", "ITC1", "city 都灵; nation 意大利"),
        ("Eurac, Bozen", "ITH1", "city 博尔扎诺自治省"),
        ("CNRS, 38000 Grenoble, France", "FRK2", "city 格勒诺布尔; nation 法国; postcode of 格勒诺布尔"),
        ("Valence, France", "FRV", "city 瓦朗斯; nation 法国"),
        ("Valence", "", "ambiguous: FRV 瓦朗斯; ITV 瓦伦扎"),
        ("Torino Street, Geneva, Switzerland", "", "outside: country 瑞士"),
        ("Suzhou Univ, Suzhou", "", "nothing: no place is named"),
    ],
)
def test_a_region_elsewhere_is_read_by_its_own_names_alone(text: str, place: str, evidence: str) -> None:
    found = placed(text, Gazetteer(ALPS))
    assert (found[0], found[2]) == (place, evidence)


def test_a_region_without_cities_is_refused() -> None:
    region = Region("X", "无", "None", "invented", (Place("P", "甲省", "P", "province"),))
    with pytest.raises(BadSpec) as caught:
        place_addresses(["甲省"], Gazetteer(region))
    assert str(caught.value) == "the region X has no place of the level city to place addresses on."
