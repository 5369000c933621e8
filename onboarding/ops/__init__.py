"""`onboarding ops`: commands for operators, which invoke functions of the service."""
