"""What the tests of the model share: helpers beside this file are imported by their names."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.append(str(Path(__file__).parent))

# The same examples on every machine; a first call may compile for half a minute, so there is no deadline.
settings.register_profile("model", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("model")
