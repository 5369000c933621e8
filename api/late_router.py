"""A router whose modules are imported by the first request that needs one of them.

A Lambda cold start of the API waits only for the routes that take files and tell their state; all others are imported
later, by the request that asks for them.
"""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.types import ASGIApp, Receive, Scope, Send


class LateRouter:
    """An ASGI application for all paths that the router before it does not know.

    Its routes are complete before the first of them is matched, so no answer depends on what was asked before. An
    import that fails is tried again by the next request.
    """

    def __init__(self, add_routes: Callable[[APIRouter], None], *, default: ASGIApp) -> None:
        """`add_routes` imports them; `default` answers for paths that none of them has."""
        self._add_routes, self._default = add_routes, default
        self._router: APIRouter | None = None

    def load(self) -> APIRouter:
        """The router, complete; made by the first call."""
        if self._router is None:
            router = APIRouter(redirect_slashes=False, default=self._default)
            self._add_routes(router)
            self._router = router
        return self._router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        router = scope["router"] = self.load()
        await router(scope, receive, send)
