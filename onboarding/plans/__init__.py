"""What an upload would do, before it does it; and taking back what it did."""
