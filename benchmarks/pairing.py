"""What pairing by seed is worth: the variance of a difference between two policies, paired against unpaired.

The figures are the product's own (`compare`): paired is the variance over seeds of the difference under one seed; unpaired the
sum of both variances, which is what independent seeds would give. Their ratio says how many times more seeds unpaired runs need.
"""

from __future__ import annotations

from common import options, report

import changemaking as cm

MEASURES = (
    "whole_life_value", "whole_life_cost", "unit_cost", "quality", "misfit", "unforeseen_cost", "share_local", "share_sme", "hhi",
    "lm3", "local_income", "local_jobs", "trust", "resident_trust",
)  # fmt: skip


def main() -> None:
    chosen = options(__doc__).parse_args()
    seeds, overrides = (6, {"horizon.months": 36}) if chosen.quick else (40, None)
    made = cm.compare(["bundled", "phased"], seeds=seeds, overrides=overrides, progress=False)
    effects = made.effects
    pair = effects[(effects["scenario"] == "phased") & (effects["baseline"] == "bundled")].set_index("measure")
    rows = [
        {"measure": name, "difference": float(e["difference"]), "sd paired": float(e["sd_paired"]), "sd unpaired": float(e["sd_unpaired"]),
         "variance ratio": float(e["variance_ratio"]), "seeds": int(e["seeds"])}
        for name, e in ((name, pair.loc[name]) for name in MEASURES)
    ]  # fmt: skip
    ratios = sorted(r["variance ratio"] for r in rows)
    notes = [f"median ratio {ratios[len(ratios) // 2]:.3g}, from {ratios[0]:.3g} to {ratios[-1]:.3g}"]
    report(f"phased - bundled, seeds 1 to {seeds}", rows, chosen.json, notes)


if __name__ == "__main__":
    main()
