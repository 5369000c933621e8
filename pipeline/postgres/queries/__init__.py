"""What the API asks of PostgreSQL: read only."""
