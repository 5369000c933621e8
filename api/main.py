"""The web service, put together. `uvicorn api.main:create_app --factory` serves it."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from anyio import CapacityLimiter
from fastapi import FastAPI
from sqlalchemy import Engine

from api import (
    console,
    docs,
    edge,
    health,
    links,
    me,
    openapi,
    portal,
    problems,
    products,
    reference,
    support,
    upload_errors,
    uploads,
    webhooks,
)
from api.dependencies import InTurn
from pipeline.adapters.services import Services
from pipeline.adapters.sessions import engine_for
from pipeline.settings import Settings

_REQUESTS_AT_A_TIME = 12


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; connections are opened by the first request that needs one."""
    app = FastAPI(
        title="Product onboarding",
        version=_version(),
        description=openapi.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        lifespan=portal.prepared,
    )
    services = Services(settings or Settings())
    app.state.services = services
    app.state.engine = _engine_of(services)
    app.state.turnstile = CapacityLimiter(_REQUESTS_AT_A_TIME)
    app.state.api_url = lambda request: services.settings.api_url or str(request.base_url).rstrip("/")
    edge.install(app, max_file_bytes=services.settings.max_inline_bytes)
    problems.install(app)
    docs.install(app)
    openapi.install(app)
    for part in (uploads, upload_errors, products, support, reference, me, links, webhooks):
        app.include_router(part.router, dependencies=[InTurn])
    app.include_router(health.router)
    portal.install(app)
    console.install(app)
    return app


def _engine_of(services: Services):  # type: ignore[no-untyped-def]
    @cache
    def engine() -> Engine:
        # A request that repeats an earlier one takes a second connection for a moment.
        return engine_for(services.database_credentials, connections=2 * _REQUESTS_AT_A_TIME)

    return engine


def _version() -> str:
    try:
        return version("product-onboarding")
    except PackageNotFoundError:
        return "0.1.0"
