"""Where each row begins and ends, damage included."""
