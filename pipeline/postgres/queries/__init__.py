"""The API's queries."""
