"""The door: what happens to every request before its route sees it.

Who asks is found out first, then the address and the size are checked, and only then is the body read; a request that
waits for its caller's bytes holds no place. How callers are found is in `api/dependencies.py` and
`api/portal/session.py`.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute

from api.answers.paging import begin_list
from api.answers.problems import TOO_LARGE, too_large
from api.context import context_of
from api.entry.bodies import read_body
from api.entry.bounds import long_text
from api.entry.networks import network_of

Caller = TypeVar("Caller")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Look = Callable[[Request], Awaitable[None]]

_LOOKS: dict[object, Look] = {}


def looked_at_first(look: Look) -> Callable[[Caller], Caller]:
    """Makes a dependency one that says who asks: `look` finds that out before the body is read."""

    def mark(dependency: Caller) -> Caller:
        _LOOKS[dependency] = look
        return dependency

    return mark


class Door(APIRoute):
    """A route that knows who asks before it reads what they send."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        is_form = self.body_field is None or isinstance(self.body_field.field_info, Form)
        looks = list(dict.fromkeys(_looks_of(self.dependant)))

        async def enter(request: Request) -> Response:
            request.state.owner = f"address {network_of(request)}"
            for look in looks:
                await look(request)
            async with context_of(request).admission.under_way(request.state.owner):
                _check(request)
                await read_body(request, is_form=is_form)
                begin_list(request)
                return await handle(request)

        return enter


def _looks_of(dependant: Dependant) -> Iterator[Look]:
    if look := _LOOKS.get(dependant.call):
        yield look
    for each in dependant.dependencies:
        yield from _looks_of(each)


def _check(request: Request) -> None:
    if request.scope.get(TOO_LARGE):
        raise too_large(request.scope["path"])
    if too_long := long_text(request):
        raise too_long
