"""What the templates promise, by what it is about. `tests/unit/test_template.py` holds them to it."""
