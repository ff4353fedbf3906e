"""Volume band: where payment follows volume by results, it follows no farther than so much from what was planned. Sources: the NLGN report
on probation; evidence tr_volume_shortfall, tr_cost (bail-outs where there was no band)."""

from . import Clause


class VolumeBand(Clause):
    """Paid by results, a provider is paid for a volume no farther than `width` from the one planned, whatever comes."""

    payments = ("payment by results",)
    numbers = {
        "width": {
            "title": "Farthest from the volume planned",
            "value": 0.1,
            "unit": "share of the volume planned",
            "accepts": (0, 1),
            "assumed": (0.05, 0.2),
            "note": "Probation volumes fell 16 to 48% below what was foreseen (tr_volume_shortfall); a band that helps is narrower.",
        },
    }

    def on_risk(self, bearing):
        bearing.band = self.width
