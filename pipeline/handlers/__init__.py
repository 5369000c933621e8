"""The entry points of the Lambda functions."""

import gc

# Imports create no garbage, so Python need not look for any: no import makes this many allocations. `services()` sets
# the threshold for the time after that.
gc.set_threshold(1_000_000)
