"""The plot of `growth.svg`: seconds against events, both on scales of powers of ten.

    python benchmarks/plot.py

It draws what stands in `results.tsv` (series, events, seconds), written down from runs of `rtec.py`
and `evaluators.py`. Needs `matplotlib` (`pip install --group bench`).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import matplotlib

HERE = Path(__file__).parent


def main() -> None:
    """Draw the plot."""
    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "dragoman", "font.size": 10}
    from matplotlib import pyplot

    series: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    with (HERE / "results.tsv").open(encoding="utf-8", newline="") as file:
        for name, events, seconds in csv.reader(file, delimiter="\t"):
            series[name].append((float(events), float(seconds)))
    figure, axes = pyplot.subplots(figsize=(7.5, 5))
    marks = iter("os^vDxP*")
    for name, points in series.items():
        axes.plot(*zip(*sorted(points), strict=True), marker=next(marks), label=name, lw=1.2)
    reach = [1e3, 1e7]
    axes.plot(reach, [n / 1e6 for n in reach], "k:", lw=0.8, label="a million events a second")
    axes.set(xscale="log", yscale="log", xlabel="events", ylabel="seconds")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(HERE / "growth.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
