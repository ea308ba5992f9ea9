"""What every test shares."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "bridgewatch",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("bridgewatch")
