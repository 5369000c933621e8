"""What happens to a request before its route: limits, identification, waiting for a turn."""
