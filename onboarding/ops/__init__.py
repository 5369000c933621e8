"""`onboarding ops`: for those who keep the service running. Works through functions that they may invoke."""
