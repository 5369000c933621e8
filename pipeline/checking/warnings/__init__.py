"""Values that are accepted although they look spoiled: what a vendor is warned of."""
