"""A router whose modules are imported by the first request that needs one of them.

A Lambda cold start of the API imports only the routes that take files and report their status.
"""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.types import ASGIApp, Receive, Scope, Send


class LateRouter:
    """An ASGI application for all paths that the router before it does not have.

    All its routes are added before the first is matched, so no answer depends on earlier requests. The next request
    repeats an import that failed.
    """

    def __init__(self, add_routes: Callable[[APIRouter], None], *, default: ASGIApp) -> None:
        """`add_routes` imports them; `default` answers for paths that none of them has."""
        self._add_routes, self._default = add_routes, default
        self._router: APIRouter | None = None

    def load(self) -> APIRouter:
        """The complete router; the first call makes it."""
        if self._router is None:
            router = APIRouter(redirect_slashes=False, default=self._default)
            self._add_routes(router)
            self._router = router
        return self._router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The handler of 405 reads the methods of a path from the router in the scope.
        router = scope["router"] = self.load()
        await router(scope, receive, send)
