"""HTTP as a client: kept connections, webhooks, our own API."""
