"""How fast the index engine is, beside COINr: uncertainty, sensitivity, Copeland, panels, and growth of cost.

The first part needs COINr's example in ../shared/golden/coinr (HEBAN_SHARED may name the folder shared).
The seconds of COINr are fixed figures, of COINr 1.1.14 under R 4.2 on another machine (AMD EPYC, 2 shared
cores). When Rscript and COINr are installed they run beside ours, and that ratio is of this machine.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from heban.domain.indicator import Catalogue, Indicator
from heban.measures import uncertainty as doubt
from heban.measures.index import stages
from heban.measures.index.hierarchy import compiled
from heban.measures.index.outranking import copeland
from heban.measures.index.pipeline import build
from heban.measures.index.spec import Impute, IndexSpec, Normalise, Screen, Treat, from_dict
from heban.measures.index.tables import Groups, from_coinr
from heban.records.panel import Panel

COINR = {"uncertainty": 119.0, "sensitivity": 77.0, "copeland": 14.2, "panel": 2.4}
LIMIT = 4096  # MB of memory for the largest index
R_CODE = """
suppressMessages(library(COINr))
coin <- build_example_coin(quietly = TRUE)
noisy <- get_noisy_weights(coin$Meta$Weights$Original,
                           data.frame(Level = c(2, 3), NoiseFactor = c(0.25, 0.25)), 100)
specs <- list(
  Winmax = list(Address = "$Log$Treat$global_specs$f1_para$winmax", Distribution = 1:5, Type = "discrete"),
  Normalisation = list(Address = "$Log$Normalise$global_specs", Type = "discrete", Distribution = list(
    list(f_n = "n_minmax", f_n_para = list(c(1, 100))), list(f_n = "n_zscore", f_n_para = list(c(10, 2))))),
  Weights = list(Address = "$Log$Aggregate$w", Distribution = noisy, Type = "discrete"),
  Aggregation = list(Address = "$Log$Aggregate$f_ag", Distribution = c("a_amean", "a_gmean"),
                     Type = "discrete"))
seconds <- function(...) system.time(get_sensitivity(coin, SA_specs = specs, dset = "Aggregated",
  iCode = "Index", quietly = TRUE, check_addresses = FALSE, ...))[["elapsed"]]
cat(as.character(packageVersion("COINr")), seconds(N = 1000, SA_type = "UA"),
    seconds(N = 100, SA_type = "SA", Nboot = 100))
"""


def golden() -> Path:
    """Return the folder of COINr's example, whether it is there or not."""
    shared = os.environ.get("HEBAN_SHARED", Path(__file__).parents[2] / "shared")
    return Path(shared) / "golden" / "coinr"


def asem(folder: Path) -> tuple[Panel, IndexSpec, Groups]:
    """Return COINr's example, 51 places × 49 indicators in one year, and the chain of its vignettes."""
    data, meta = pd.read_csv(folder / "00_iData.csv"), pd.read_csv(folder / "00_iMeta.csv")
    panel, nodes, groups = from_coinr(data, meta)
    steps = {
        "impute": Impute(method="group_mean", group="EurAsia_group"),
        "screen": Screen(rule="missing", least_available=0.9),
        "treat": Treat(steps=("winsorise", "log_CT"), winmax=5),
        "normalise": Normalise(method="minmax", range=(0.0, 100.0)),
    }
    return panel, nodes.model_copy(update=steps), groups


def vignette(sets: int | None = None) -> list[doubt.Input]:
    """Return the uncertain inputs of COINr's vignette on sensitivity."""
    low_high, mean_sd = {"range": (1.0, 100.0)}, {"mean": 10.0, "sd": 2.0}
    return [
        doubt.Interval(of="treat.winmax", low=1, high=5, whole=True),
        doubt.Choice(
            of="normalise", values=({"method": "minmax", **low_high}, {"method": "zscore", **mean_sd})
        ),
        doubt.WeightNoise(factor=0.25, levels=(2, 3), sets=sets),
        doubt.Choice(of="aggregate.method", values=("arithmetic", "geometric")),
    ]


def invented(places: int, indicators: int, years: int) -> tuple[Panel, IndexSpec]:
    """Return a panel drawn at random, skewed and with gaps, with pillars of ten indicators."""
    rng = np.random.default_rng(0)
    values = np.exp(rng.standard_normal((places, years, indicators)))
    values[rng.uniform(size=values.shape) < 0.02] = np.nan
    codes = [f"x{number}" for number in range(indicators)]
    pillars = [f"p{number}" for number in range(-(-indicators // 10))]
    nodes = [{"code": "index"}, *({"code": code, "parent": "index"} for code in pillars)]
    nodes += [{"code": code, "parent": f"p{number // 10}"} for number, code in enumerate(codes)]
    spec = from_dict({
        "root": "index", "nodes": nodes, "impute": {"method": "mean"},
        "treat": {"steps": ("winsorise", "log_CT")}, "normalise": {"method": "minmax"},
    })  # fmt: skip
    array = xr.DataArray(values, dims=("place", "year", "indicator"), coords={
        "place": [f"c{number}" for number in range(places)],
        "year": list(range(2000, 2000 + years)), "indicator": codes,
    })  # fmt: skip
    return Panel(array, Catalogue({code: Indicator(code, code, code, "1") for code in codes})), spec


def seconds(job: Callable[[], object], runs: int = 5) -> float:
    """Return the median of several runs, after one that warms up."""
    job()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[runs // 2]


def told(what: str, ours: float, theirs: float | None = None, goal: float | None = None) -> None:
    """Print one comparison."""
    ratio = "" if theirs is None else f"   COINr {theirs:g} s, ratio {theirs / ours:,.0f}"
    aim = "" if goal is None else f" (goal {goal:g})"
    print(f"{what:<58} {ours:8.4f} s{ratio}{aim}")


def example(folder: Path) -> dict[str, float]:
    """Time uncertainty and sensitivity on COINr's example."""
    panel, spec, groups = asem(folder)
    inputs, sets = vignette(), vignette(sets=100)

    def uncertainty() -> object:
        return doubt.rank_table(doubt.run(panel, spec, inputs, 1000, np.random.default_rng(1), groups=groups))

    def sensitivity() -> object:
        rng = np.random.default_rng(1)
        made = doubt.sensitivity(panel, spec, inputs, 100, rng, groups=groups)
        return doubt.index_table(made, bootstrap=100, rng=rng)

    def exact() -> object:
        rng = np.random.default_rng(1)
        return doubt.index_table(doubt.exact_sensitivity(panel, spec, sets, rng, groups=groups))

    ours = {"uncertainty": seconds(uncertainty), "sensitivity": seconds(sensitivity)}
    told("index of ASEM, 51 × 49, all steps", seconds(lambda: build(panel, spec, groups=groups)), 0.1)
    told("uncertainty, 1,000 draws, with rank intervals", ours["uncertainty"], COINR["uncertainty"], 240)
    told("sensitivity, N = 100: 600 runs, 100 bootstraps", ours["sensitivity"], COINR["sensitivity"], 150)
    told("exact Sobol' indices, all 2,000 combinations", seconds(exact))
    return ours


def kernels() -> None:
    """Time Copeland on 300 places, and a panel of 300 × 60 × 12."""
    rng = np.random.default_rng(0)
    scores, weights = rng.uniform(size=(300, 10)), rng.uniform(size=10)
    told(
        "Copeland, 300 places × 10 indicators",
        seconds(lambda: copeland(scores, weights)),
        COINR["copeland"],
        280,
    )
    panel, spec = invented(300, 60, 12)
    hierarchy = compiled(spec, panel)
    values = panel.values.to_numpy()

    def chain() -> object:
        treated = stages.treat(values, hierarchy, spec).values
        scored = stages.normalise(treated, hierarchy, spec, years=panel.years, places=panel.places)
        return stages.aggregate(scored, hierarchy, spec, years=panel.years)

    told("panel 300 × 60 × 12: treat, normalise, aggregate", seconds(chain), COINR["panel"], 8)


def grown(places: int, indicators: int, years: int, draws: int) -> tuple[float, float, float]:
    """Return the seconds of building an index and of its draws, and the peak memory in MB."""
    panel, spec = invented(places, indicators, years)
    start = time.perf_counter()
    build(panel, spec)
    built = time.perf_counter()
    inputs = [one for one in vignette() if not isinstance(one, doubt.WeightNoise)]
    noise = doubt.WeightNoise(factor=0.25)
    made = doubt.run(panel, spec, [*inputs, noise], draws, np.random.default_rng(1), keep=["index"])
    ran = time.perf_counter()
    assert made.failed.empty, made.failed["reason"].iloc[0]
    return built - start, ran - built, peak()


def peak() -> float:
    """Return the greatest memory of this process so far, in MB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def growth() -> None:
    """Time indices that grow ten times along each axis, each in a process of its own."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as alone:
        print(f"\nA process without data holds {alone.submit(peak).result():.0f} MB.")
    print("   places  indicators  years  draws     build s    draws s    peak MB")
    for size in ((300, 20, 2, 100), (3000, 20, 2, 100), (300, 200, 2, 100), (300, 20, 20, 100),
                 (300, 20, 2, 1000), (3000, 200, 20, 100)):  # fmt: skip
        with ProcessPoolExecutor(1, mp_context=fresh) as alone:
            built, ran, most = alone.submit(grown, *size).result()
        aim = f"   limit {LIMIT}" if size[:3] == (3000, 200, 20) else ""
        print("{:9,} {:11,} {:6,} {:6,}".format(*size), f"{built:11.3f} {ran:10.3f} {most:10,.0f}{aim}")


def beside(ours: dict[str, float]) -> None:
    """Run COINr itself, when it is installed, and print the ratio on this machine."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("Rscript is not installed: COINr did not run beside ours.")
        return
    made = subprocess.run([rscript, "-"], input=R_CODE, capture_output=True, text=True, check=False)
    if made.returncode:
        complaints = [line for line in made.stderr.splitlines() if "Error" in line]
        print(f"COINr did not run beside ours: {(complaints or ['no reason given'])[0]}")
        return
    version, *theirs = made.stdout.split()
    for name, taken in zip(("uncertainty", "sensitivity"), theirs, strict=True):
        told(f"COINr {version} on this machine, {name}", ours[name], float(taken))


def main() -> None:
    """Run every part."""
    print("COINr's seconds are fixed figures: COINr 1.1.14, R 4.2, another machine.\n")
    folder = golden()
    if (folder / "00_iData.csv").is_file():
        beside(example(folder))
    else:
        print(f"COINr's example is not in {folder}; HEBAN_SHARED may name the folder shared. Left out.")
    kernels()
    growth()


if __name__ == "__main__":
    main()
