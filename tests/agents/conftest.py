"""Settings of the tests of agents."""

from hypothesis import HealthCheck, settings

settings.register_profile("agents", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("agents")
