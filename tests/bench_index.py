"""
The index at national size, in one run: `python -m tests.bench_index`.

1,891 units x 30 indicators, two axes of four pillars, geometric between pillars: one scoring, 1,000 and 10,000 draws
with their memory, beside a loop of pandas' `rank` over the same scores' making, with the same ranks checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd
from rich.console import Console

from layers.index.aggregation import aggregate
from layers.index.perturbation import Perturbations, draw
from layers.index.robustness import prepare, simulate
from layers.index.scoring import Floats, Method
from layers.index.structure import Node, Structure

UNITS, PILLARS = 1891, (4, 4, 4, 4, 4, 4, 3, 3)
METHODS: dict[int, Method] = {2: "arithmetic", 3: "geometric", 4: "geometric"}
PANDAS_DRAWS = 200
"""The loop is timed on this many draws and told for as many as ours."""

out = Console(highlight=False, soft_wrap=True)
Result = TypeVar("Result")


def main() -> None:
    """Print the figures."""
    structure, data = example()
    variants = {"min_max": data, "rank": data.rank() / len(data) * 99 + 1}
    every = Perturbations(aggregations=({2: "arithmetic", 3: "arithmetic", 4: "geometric"},))
    seconds, _ = best(partial(aggregate, data, structure, METHODS))
    out.print(f"one scoring, every level: {seconds * 1000:.1f} ms (asked 15)")
    for draws, asked in ((1000, 0.12), (10_000, 0.8)):
        seconds, _ = best(partial(simulate, {"own": data}, structure, METHODS, draws=draws))
        start = time.process_time()
        simulate({"own": data}, structure, METHODS, draws=draws)
        processor = time.process_time() - start
        told = f"{seconds:.3f} s (asked {asked}), {processor:.3f} s of processor"
        out.print(f"{draws:,} draws of weights and of the indicator left out: {told}")
        seconds, made = best(partial(simulate, variants, structure, METHODS, perturbations=every, draws=draws))
        out.print(f"{draws:,} draws, with two normalisations and two aggregations: {seconds:.3f} s")
        summary_s, against_s = best(made.summary)[0], best(partial(made.ahead_of_all, 0))[0]
        out.print(f"  summary {summary_s * 1000:.0f} ms; one unit against all {against_s * 1000:.0f} ms")
    out.print(f"peak of the process over its start, all of it: {peak_mb() - START_MB:.0f} MB (asked 400)")
    beside_pandas(structure, data)


def beside_pandas(structure: Structure, data: pd.DataFrame) -> None:
    """Rank the same draws with a loop of pandas and say how many times longer it takes."""
    only_weights = Perturbations(leave_one_out=False)
    model = prepare({"own": data}, structure, METHODS)
    made = draw(structure, model.rows, only_weights, 1, PANDAS_DRAWS, 0)
    seconds, theirs = best(partial(pandas_loop, structure, data, made.weights, PANDAS_DRAWS), times=2)
    ours, slots = model.ranks(made, may_empty=False)
    apart = np.abs(ours[:, np.argsort(slots)] - theirs.to_numpy()).max()
    ours_s, _ = best(partial(simulate, {"own": data}, structure, METHODS, perturbations=only_weights, draws=10_000))
    theirs_s = seconds * 10_000 / PANDAS_DRAWS
    out.print(
        f"pandas, 10,000 draws: {theirs_s:.1f} s; ours {ours_s:.2f} s: [bold]{theirs_s / ours_s:.1f} times[/] (asked 6)"
    )
    out.print(f"  ranks apart by at most {apart:.0f}: single precision")


def pandas_loop(structure: Structure, data: pd.DataFrame, weights: Mapping[str, Floats], draws: int) -> pd.DataFrame:
    """Return the ranks by the usual way: a frame of pillar scores and `rank` for each draw."""
    columns = {}
    values = {code: data[code].to_numpy() for code in structure.indicators}
    for i in range(draws):
        for code in structure.aggregates:
            parts = np.column_stack([values[child] for child in structure.children(code)])
            row = weights[code][i]
            values[code] = parts @ row if structure.by_code[code].level == 2 else np.exp(np.log(parts) @ row)
        columns[i] = pd.Series(values[structure.root]).rank(ascending=False, method="min")
    return pd.DataFrame(columns)


def example() -> tuple[Structure, pd.DataFrame]:
    """Return two axes of four pillars of three or four indicators, and scores from 1 to 100."""
    nodes = [Node("index", None, 4), Node("axis0", "index", 3), Node("axis1", "index", 3)]
    for pillar, count in enumerate(PILLARS):
        nodes.append(Node(f"pillar{pillar}", f"axis{pillar % 2}", 2))
        nodes += [Node(f"i{pillar}_{k}", f"pillar{pillar}", 1) for k in range(count)]
    structure = Structure(tuple(nodes))
    generator = np.random.default_rng(7)
    common = generator.normal(size=(UNITS, 1))
    raw = pd.DataFrame(generator.normal(size=(UNITS, sum(PILLARS))) + 0.5 * common, columns=list(structure.indicators))
    return structure, 1 + 99 * (raw - raw.min()) / (raw.max() - raw.min())


def best(work: Callable[[], Result], times: int = 5) -> tuple[float, Result]:
    """Return the shortest time of a few, and the result."""
    shortest = np.inf
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest, result


def peak_mb() -> float:
    """Return the peak memory of this process."""
    with open("/proc/self/status") as status:  # noqa: PTH123
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024 / 1e6


START_MB = peak_mb()

if __name__ == "__main__":
    main()
