"""What the service runs on: the template for AWS, and the same on one machine (`infra.local`)."""
