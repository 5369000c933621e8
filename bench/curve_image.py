"""Draws the curve of `curve.py` with matplotlib, which only the peers' environment has."""

from typing import Any


def draw(points: list[dict[str, float]], image: str) -> dict[str, Any]:
    import matplotlib as mpl  # type: ignore[import-not-found]

    mpl.use("svg")
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "curve", "font.family": "sans-serif", "font.size": 10}
    from matplotlib import pyplot as plt

    rows = [point["rows"] for point in points]
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    axes.fill_between(rows, [point["parser"] for point in points], color="#9db8d9", label="csv-parser")
    axes.fill_between(
        rows, [point["parser"] for point in points], [point["both"] for point in points], color="#4a7ab5",
        label="product-validator",
    )  # fmt: skip
    axes.plot(
        rows,
        [point["both"] for point in points],
        color="#1f3f66",
        marker="o",
        markersize=4,
        linewidth=1.5,
        clip_on=False,
    )
    axes.axhline(100, color="#e8863a", linestyle="--", linewidth=1)
    axes.annotate("aim: 100", (rows[0], 100), textcoords="offset points", xytext=(4, -12), color="#e8863a")
    axes.set(xscale="log", xlabel="rows of the file", ylabel="processor time, µs a row", xlim=(rows[0], rows[-1]))
    axes.set_ylim(0, max(120, 1.15 * max(point["both"] for point in points)))
    axes.set_xticks(rows, [f"{int(count):,}" for count in rows])
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", framealpha=0.9)
    figure.savefig(image, metadata={"Date": None, "Creator": None})
    return {}
