"""The embedded stack: PostgreSQL, the AWS services and the web service on one machine, without Docker."""
