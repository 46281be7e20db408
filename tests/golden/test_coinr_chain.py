"""The whole chain through build(), from COINr's two input tables, against every file of COINr 1.1.14 on ASEM.

Source: ../shared/golden/coinr (51 places × 49 indicators; European Commission JRC, ASEM Sustainable
Connectivity portal); its README and MANIFEST.csv give the call that made each file. Relative 1e-12, or the
digits of a file that is rounded.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.measures.index.pipeline import build
from heban.measures.index.result import IndexResult, sheets
from heban.measures.index.spec import Impute, Normalise, Screen, Treat
from heban.measures.index.statistics import availability, correlation, reliability, table
from heban.measures.index.tables import from_coinr

YEAR = 2018
FILES = {
    "01_Raw": "raw",
    "02_Denominated": "denominated",
    "03_Imputed": "imputed",
    "04_Screened": "screened",
    "05_Treated": "treated",
    "06_Normalised": "normalised",
    "07_Aggregated": "scores",
}


class Asem:
    """The index of ASEM, built once, and the golden files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        data, meta = self.read("00_iData"), self.read("00_iMeta")
        self.panel, plan, self.groups = from_coinr(data, meta)
        self.spec = plan.model_copy(
            update={
                "impute": Impute(method="group_mean", group="EurAsia_group"),
                "screen": Screen(rule="missing", least_available=0.9),
                "treat": Treat(steps=("winsorise", "log_CT"), winmax=5),
                "normalise": Normalise(method="minmax", range=(0.0, 100.0)),
            }
        )
        self.result: IndexResult = build(self.panel, self.spec, groups=self.groups)

    def read(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"{name}.csv", dtype={"uCode": str, "Level": str})

    def table(self, name: str) -> pd.DataFrame:
        return self.read(name).set_index("uCode")


@pytest.fixture(scope="module")
def asem(shared: Path) -> Asem:
    return Asem(shared / "golden" / "coinr")


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Compare two tables by the names of rows and columns, whatever their order; none may be lacking."""
    assert set(ours.index) == set(theirs.index)
    assert set(ours.columns) == set(theirs.columns)
    left = ours.loc[theirs.index, theirs.columns].to_numpy(float)
    np.testing.assert_allclose(left, theirs.to_numpy(float), rtol=1e-12, atol=1e-15, equal_nan=True)


@pytest.mark.parametrize(("file", "stage"), FILES.items())
def test_coinr_chain_stages(asem: Asem, file: str, stage: str) -> None:
    theirs = asem.table(file)
    ours = asem.result.frame(stage, YEAR)
    same(ours, theirs)
    assert ours.index.tolist() == theirs.index.tolist()
    assert ours.isna().sum().sum() == theirs.isna().sum().sum()


def test_coinr_chain_sheets_are_the_same_tables(asem: Asem) -> None:
    made = sheets(asem.result)
    for file, stage in FILES.items():
        same(made[stage].droplevel("year"), asem.table(file))


def test_coinr_chain_01_lineage(asem: Asem) -> None:
    tree = asem.result.hierarchy
    theirs = {tuple(row) for row in asem.read("01_Lineage").to_numpy().tolist()}
    ours = {
        (code, *(tree.codes[node] for node in tree.above(number))) for number, code in enumerate(tree.leaves)
    }
    assert ours == theirs


def test_coinr_chain_01_weights_and_levels(asem: Asem) -> None:
    theirs = asem.read("01_Weights_Original").set_index("iCode")
    ours = asem.result.weighting()
    assert set(ours.index) == set(theirs.index)
    assert ours.loc[theirs.index, "weight"].tolist() == theirs["Weight"].tolist()
    assert ours.loc[theirs.index, "level"].astype(str).tolist() == theirs["Level"].tolist()


def test_coinr_chain_03_lineage_names_what_filled_a_cell(asem: Asem) -> None:
    absent = asem.table("02_Denominated").isna()
    history = asem.result.frame("history", YEAR)[absent.columns]
    filled = history.apply(lambda column: column.str.startswith("group_mean"))
    assert (filled == absent).all(axis=None)
    assert absent.sum().sum() == 65
    # 63 are absent in the raw data; two more lack their denominator.
    assert asem.table("01_Raw").isna().sum().sum() == 63
    assert (history == "group_mean (no Energy)").sum().sum() == 2
    assert asem.result.notes == (
        "Elec: 1 known value is lost where Energy is absent.",
        "Gas: 1 known value is lost where Energy is absent.",
    )


def test_coinr_chain_04_screening(asem: Asem) -> None:
    theirs = asem.table("04_Screen_DataSummary")
    ours = asem.result.screening().rename(
        columns={"missing": "N_missing", "zeros": "N_zero", "available": "Dat_Avail", "nonzero": "Non_Zero"}
    )
    same(ours[["N_missing", "N_zero", "Dat_Avail", "Non_Zero"]],
         theirs[["N_missing", "N_zero", "Dat_Avail", "Non_Zero"]])  # fmt: skip
    assert ours.loc[theirs.index, "kept"].tolist() == theirs["Included"].tolist()
    assert asem.result.left_out == {}


def test_coinr_chain_05_treatment(asem: Asem) -> None:
    theirs = asem.read("05_Treat_Details").set_index("iCode")
    ours = asem.result.treatment().loc[theirs.index]
    assert ours["passed_before"].tolist() == theirs["check_SkewKurt0.Pass"].tolist()
    assert ours["moved"].tolist() == theirs["winsorise.nwin"].fillna(0).tolist()
    again = theirs["check_SkewKurt1.Skew"].notna()
    assert ours.loc[again, "passed"].tolist() == theirs.loc[again, "check_SkewKurt1.Pass"].tolist()
    for step, rows in (("before", again | True), ("after", again)):
        number = {"before": 0, "after": 1}[step]
        for name, column in (("skew", "Skew"), ("kurt", "Kurt")):
            right = theirs.loc[rows, f"check_SkewKurt{number}.{column}"].astype(float)
            np.testing.assert_allclose(ours.loc[rows, f"{name}_{step}"], right, rtol=1e-12)


def test_coinr_chain_05_treated_points(asem: Asem) -> None:
    points = asem.table("05_Treated_Points").astype(object).fillna("")
    history = asem.result.frame("history", YEAR).loc[points.index, points.columns]
    words = {"winhi": "lowered", "winlo": "raised", "": ""}
    for column in points.columns:
        ours = [
            text.split(", ")[-1] if text.endswith(("lowered", "raised")) else "" for text in history[column]
        ]
        assert ours == [words[one] for one in points[column]], column
    rest = asem.result.frame("history", YEAR).drop(columns=points.columns).to_numpy().ravel()
    assert not any(text.endswith(("lowered", "raised")) for text in rest)


def test_coinr_chain_08_full_scores_with_ranks(asem: Asem) -> None:
    theirs = asem.table("08_Results_full_scores")
    scores = asem.result.frame("scores", YEAR)
    ranks = asem.result.frame("ranks", YEAR)["Index"]
    assert ranks.sort_values(kind="stable").index.tolist() == theirs.index.tolist()
    assert ranks[theirs.index].tolist() == theirs["Rank"].tolist()
    rounded = theirs.drop(columns="Rank")
    left = scores.loc[rounded.index, rounded.columns]
    np.testing.assert_allclose(left, rounded, rtol=0, atol=5.1e-13)


def test_coinr_chain_08_ranks_of_every_aggregate(asem: Asem) -> None:
    theirs = asem.table("08_Results_agg_ranks")
    same(asem.result.frame("ranks", YEAR)[list(theirs.columns)], theirs)


def test_coinr_chain_09_effective_weights(asem: Asem) -> None:
    theirs = asem.read("09_EffWeights").set_index("iCode")
    ours = asem.result.weighting()
    same(ours[["effective"]], theirs[["EffWeight"]].rename(columns={"EffWeight": "effective"}))


def test_coinr_chain_10_statistics(asem: Asem) -> None:
    theirs = asem.read("10_Stats_Raw").set_index("iCode")
    leaves = list(asem.result.hierarchy.leaves)
    ours = table.describe(asem.result.stages["raw"].to_numpy(), leaves).loc[theirs.index]
    for column, name in {"Mean": "mean", "Std": "sd", "Skew": "skew", "Kurt": "kurtosis"}.items():
        np.testing.assert_allclose(ours[name], theirs[column], rtol=1e-12)


def coefficients(asem: Asem, name: str) -> tuple[np.ndarray, pd.Series]:
    theirs = asem.read(name)
    matrix = correlation.correlate(asem.result.scores.to_numpy()).coefficient
    number = asem.result.hierarchy.number
    rows, columns = theirs["Var1"].map(number), theirs["Var2"].map(number)
    return matrix[rows.to_numpy(), columns.to_numpy()], theirs["Correlation"]


@pytest.mark.parametrize("name", ["11_Corr_Normalised_L1_pearson", "12_Corr_L2_L4"])
def test_coinr_chain_correlations(asem: Asem, name: str) -> None:
    ours, theirs = coefficients(asem, name)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def test_coinr_chain_13_cronbach(asem: Asem) -> None:
    theirs = asem.read("13_Cronbach_pillars_Normalised").set_index("iCode")["alpha"]
    tree = asem.result.hierarchy
    values = asem.result.stages["normalised"].to_numpy()
    ours = [reliability.cronbach(values[..., tree.children[tree.number(code)]]) for code in theirs.index]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_coinr_chain_14_availability(asem: Asem) -> None:
    tree = asem.result.hierarchy
    raw = asem.result.stages["raw"].to_numpy()[:, 0]
    theirs = asem.table("14_DataAvail_byGroup")
    ours = pd.DataFrame(availability.by_group(raw, tree.parents), asem.result.places, tree.codes)
    same(ours[list(theirs.columns)], theirs)
    counted = asem.table("14_DataAvail_summary")
    found = availability.summary(raw)
    whole = pd.DataFrame(
        {"N_missing": found.missing, "N_zero": found.zero, "N_miss_or_zero": found.missing + found.zero,
         "Dat_Avail": found.available, "Non_Zero": found.nonzero}, index=asem.result.places,
    )  # fmt: skip
    same(whole, counted)


def test_coinr_every_golden_file_is_read_by_a_test(shared: Path) -> None:
    folder = shared / "golden" / "coinr"
    text = "".join(path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("test_coinr_*.py")))
    names = {path.stem for path in folder.glob("*.csv")} - {"MANIFEST"}
    assert {name for name in names if name not in text} == set()
    assert len(names) == 23


def test_coinr_chain_rows_and_columns_in_any_order(asem: Asem) -> None:
    data, meta = asem.read("00_iData"), asem.read("00_iMeta")
    mixed = data.sample(frac=1, random_state=1)[list(data.columns[::-1])]
    panel, plan, groups = from_coinr(mixed, meta.sample(frac=1, random_state=2))
    spec = asem.spec.model_copy(update={"nodes": plan.nodes})
    again = build(panel, spec, groups=groups)
    same(again.frame("scores", YEAR), asem.table("07_Aggregated"))
