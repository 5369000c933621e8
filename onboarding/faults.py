"""What ends a command other than the vendor's data and the service's answers."""


class Fault(Exception):
    """Wrong use, or something on this machine. The message says to a person what happened and what to do."""
