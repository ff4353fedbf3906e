"""What users of a service bring to light (mechanism 7): whoever gets less than the provider shows its client may complain.

The wider the gap between what is shown and what is done, the sooner somebody is heard. So reports that are too good hold for a
while only. Evidence: f_trafford_amey, where wrong data came out in the fourth year.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np


def year(model: Any) -> None:
    """A year of complaints about every service that others than the buyer's own team run."""
    if not model.scenario.switches.complaints:
        return
    rate, month = model.scenario.parameters.complaint_rate, model.month
    running = [c for b in model.commissioners for d in b.undertakings for c in d.operating if c.provider is not b.team]
    luck = model.chance.uniforms("complaint", np.array([c.key for c in running], dtype=np.uint64), month)
    shown, quality = model.contracts.columns["shown"], model.contracts.columns["quality"]
    for contract, drawn in zip(running, luck.tolist(), strict=True):
        gap = shown[contract.row] - quality[contract.row]
        if gap > 0.0 and drawn < 1.0 - exp(-rate * gap):
            contract.buyer.confront(contract)
