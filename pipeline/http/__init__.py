"""HTTP clients: keep-alive connections, webhooks, our own API."""
