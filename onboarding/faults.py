"""Faults of the command line itself, as opposed to errors in the data and refusals of the service."""


class Fault(Exception):
    """Wrong usage, or trouble on this machine. The message says what happened and what to do about it."""
