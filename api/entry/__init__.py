"""What happens to a request before its route: limits, who asks, whose turn it is."""
