"""What ends a command other than the vendor's data: wrong use, a refusal, a service that cannot be reached."""


class Fault(Exception):
    """The message says to a person what happened and what to do. `code` is a refusal's, if there is one."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code
