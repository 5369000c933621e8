"""The functions' entry points. Nothing that they import is garbage, so Python does not look for any meanwhile.

`services()` then sets how often it does.
"""

import gc

gc.set_threshold(1_000_000)  # allocations: more than all imports make
