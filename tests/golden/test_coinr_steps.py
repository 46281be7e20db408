"""The steps on the data, against COINr 1.1.14 on its ASEM example, at a relative 1e-12.

Source: ../shared/golden/coinr (51 places × 49 indicators; European Commission JRC, ASEM Sustainable
Connectivity portal), each file made by the call that its MANIFEST.csv names.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.measures.index import impute, normalise
from heban.measures.index.denominate import denominate
from heban.measures.index.impute import Filling
from heban.measures.index.screen import screen
from heban.measures.index.treat import Treatment, treat


class Golden:
    """The golden files, and the chain re-made from the two input files alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        data, meta = self.frame("00_iData").sort_values("uCode"), self.frame("00_iMeta")
        leaves = meta[meta["Type"] == "Indicator"]
        self.places = data["uCode"].to_list()
        self.codes = leaves["iCode"].to_list()
        self.directions = leaves["Direction"].to_numpy(float)
        raw = data[self.codes].to_numpy(float)[:, None, :]
        lower = [
            data[d].to_numpy(float) if d else np.ones(len(data)) for d in leaves["Denominator"].fillna("")
        ]
        self.denominated = denominate(raw, np.stack(lower, axis=-1)[:, None, :])
        groups = pd.factorize(data["EurAsia_group"])[0]
        self.imputed = impute.group_mean(self.denominated.values, groups)
        self.screened = screen(self.imputed.values, least_available=0.9)
        kept = self.imputed.values[self.screened.kept]
        self.treated = treat(kept, winmax=5)
        self.normalised = normalise.minmax(self.treated.values, self.directions)

    def frame(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"{name}.csv", keep_default_na=False, na_values=["", "NaN"])

    def table(self, name: str) -> np.ndarray:
        frame = self.frame(name).set_index("uCode")
        assert frame.index.to_list() == self.places
        assert frame.columns.to_list() == self.codes
        return frame.to_numpy(float)[:, None, :]


@pytest.fixture(scope="module")
def golden(shared: Path) -> Golden:
    return Golden(shared / "golden" / "coinr")


def assert_same(found: np.ndarray, right: np.ndarray) -> None:
    np.testing.assert_allclose(found, right, rtol=1e-12, atol=0, equal_nan=True)


def test_coinr_02_denominated(golden: Golden) -> None:
    right = golden.table("02_Denominated")
    assert_same(golden.denominated.values, right)
    assert golden.denominated.zeros.sum() == 0


def test_coinr_03_imputed_by_group_means(golden: Golden) -> None:
    absent = np.isnan(golden.table("02_Denominated"))
    assert_same(golden.imputed.values, golden.table("03_Imputed"))
    assert golden.imputed.count == absent.sum() > 60
    assert (golden.imputed.codes[absent] == Filling.GROUP_MEAN).all()
    assert (golden.imputed.codes[~absent] == Filling.KNOWN).all()


def test_coinr_04_screened_with_its_summary(golden: Golden) -> None:
    summary = golden.frame("04_Screen_DataSummary")
    assert summary["uCode"].to_list() == golden.places
    assert golden.screened.kept.tolist() == summary["Included"].to_list() == [True] * 51
    assert golden.screened.missing.tolist() == summary["N_missing"].to_list()
    assert golden.screened.zeros.tolist() == summary["N_zero"].to_list()
    assert_same(golden.screened.availability, summary["Dat_Avail"].to_numpy(float))
    assert_same(golden.screened.nonzero, summary["Non_Zero"].to_numpy(float))
    assert_same(golden.imputed.values[golden.screened.kept], golden.table("04_Screened"))


def test_coinr_05_treated_values(golden: Golden) -> None:
    assert_same(golden.treated.values, golden.table("05_Treated"))


def test_coinr_05_treat_details(golden: Golden) -> None:
    right = golden.frame("05_Treat_Details").set_index("iCode").loc[golden.codes]
    details = golden.treated.details
    assert_same(details.skew_before, right["check_SkewKurt0.Skew"].to_numpy(float))
    assert_same(details.kurt_before, right["check_SkewKurt0.Kurt"].to_numpy(float))
    assert details.passed_before.tolist() == right["check_SkewKurt0.Pass"].to_list()
    assert details.moved.tolist() == right["winsorise.nwin"].fillna(0).to_list()
    again = right["winsorise.nwin"].notna().to_numpy()
    assert_same(details.skew_after[again], right["check_SkewKurt1.Skew"].to_numpy(float)[again])
    assert_same(details.kurt_after[again], right["check_SkewKurt1.Kurt"].to_numpy(float)[again])
    assert details.passed[again].tolist() == right["check_SkewKurt1.Pass"][again].to_list()
    assert (details.what[again] == "winsorised").all()
    assert (details.what[~again] == "none").all()


def test_coinr_05_treated_points(golden: Golden) -> None:
    words = {Treatment.NONE: "", Treatment.RAISED: "winlo", Treatment.LOWERED: "winhi"}
    points = golden.frame("05_Treated_Points").astype(object).fillna("").set_index("uCode")
    right = points.reindex(columns=golden.codes, fill_value="")
    found = [[words[Treatment(code)] for code in row] for row in golden.treated.codes[:, 0]]
    assert right.loc[golden.places].to_numpy().tolist() == found


def test_coinr_06_normalised(golden: Golden) -> None:
    right = golden.table("06_Normalised")
    assert_same(golden.normalised, right)
