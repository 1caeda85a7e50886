"""Laws are tried on the same days every time; TWIN_EXPLORE=20 tries twenty times as many others."""

import os

from hypothesis import HealthCheck, settings

EXPLORE = int(os.environ.get("TWIN_EXPLORE", "0"))

settings.register_profile(
    "laws",
    derandomize=not EXPLORE,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("laws")
