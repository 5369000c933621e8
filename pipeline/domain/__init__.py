"""Types and terms that all layers share. No I/O, no clock, no environment."""
