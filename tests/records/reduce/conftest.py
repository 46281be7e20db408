"""Records to reduce: some by hand, some drawn, and Spark where the machine has it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.conftest import needed


@pytest.fixture(scope="session")
def spark() -> str:
    """The name of the engine that is Spark on two threads of this machine."""
    java = shutil.which("java") or Path(os.environ.get("JAVA_HOME", "")) / "bin" / "java"
    needed("Spark (the extra heban[spark])", importlib.util.find_spec("pyspark") is not None)
    needed("Java", Path(java).exists())
    return "local[2]"


def drawn(records: int, places: int, seed: int, years: int = 5, classes: int = 3) -> pd.DataFrame:
    """Return rows of record, year, class, place: sizes, repeats, gaps and order are those of real imports."""
    rng = np.random.default_rng(seed)
    size = np.minimum(rng.geometric(0.42, records), 12)
    record = np.repeat(np.arange(records), size)
    rows = pd.DataFrame(
        {
            "record": np.char.mod("W%d", rng.permutation(records) * 3 + 7)[record],
            "year": rng.integers(2015, 2015 + years, records)[record],
            "class": np.array(["", "甲", "B", "c"])[rng.integers(0, classes, records)][record],
            "place": np.char.mod("P%d", rng.zipf(1.4, record.size) % places),
        }
    ).astype({"record": object, "class": object, "place": object})
    rows.loc[rng.uniform(size=len(rows)) < 0.02, "place"] = None
    return rows.sample(frac=1, random_state=seed, ignore_index=True)
