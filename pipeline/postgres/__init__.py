"""PostgreSQL: one module per table or decision, SQL as SQL."""
