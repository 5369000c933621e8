"""Where each row begins and ends, including damaged ones."""
