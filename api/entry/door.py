"""The door: what happens to every request before its route runs.

First the caller is identified, then the address and the size are checked, and only then is the body read. A request
takes a place only after its body has arrived. `api/dependencies.py` and `api/portal/session.py` identify callers.
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
Identify = Callable[[Request], Awaitable[None]]

_IDENTIFIERS: dict[object, Identify] = {}


def identified_by(identify: Identify) -> Callable[[Caller], Caller]:
    """Marks a dependency as the caller's identity; `identify` runs before the body is read."""

    def mark(dependency: Caller) -> Caller:
        _IDENTIFIERS[dependency] = identify
        return dependency

    return mark


class Door(APIRoute):
    """A route that identifies its caller before it reads the body."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        # Pages without a body field still have a form: a dependency reads its token.
        is_form = self.body_field is None or isinstance(self.body_field.field_info, Form)
        # A route can depend on the same caller more than once; each is identified once, in order of appearance.
        identifiers = list(dict.fromkeys(_identifiers_of(self.dependant)))

        async def enter(request: Request) -> Response:
            request.state.owner = f"address {network_of(request)}"
            for identify in identifiers:
                await identify(request)
            async with context_of(request).admission.under_way(request.state.owner):
                _check(request)
                await read_body(request, is_form=is_form)
                begin_list(request)
                return await handle(request)

        return enter


def _identifiers_of(dependant: Dependant) -> Iterator[Identify]:
    if identify := _IDENTIFIERS.get(dependant.call):
        yield identify
    for each in dependant.dependencies:
        yield from _identifiers_of(each)


def _check(request: Request) -> None:
    if request.scope.get(TOO_LARGE):
        raise too_large(request.scope["path"])
    if too_long := long_text(request):
        raise too_long
