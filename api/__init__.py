"""The web service: REST API, portal and console. It imports `pipeline`, never the reverse."""
