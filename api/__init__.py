"""The REST API: who may ask what, and how the answer reads. It imports `pipeline`, never the reverse."""
