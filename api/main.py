"""The web service, put together. `uvicorn api.main:create_app --factory --no-proxy-headers` serves it."""

from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from api import docs, health, middleware, openapi, parts, problems, uploads
from api.dependencies import InTurn
from api.door import Admission
from api.turnstile import Turnstile
from pipeline.postgres.database import Database, DatabasePool
from pipeline.services import Services
from pipeline.settings import Settings

_STATEMENT_SECONDS = 20  # nobody waits longer: API Gateway gives up after 30
_LOCK_SECONDS = 15  # less, so that waiting for others is told apart from a statement that takes long


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; connections are opened by the first request that needs one."""
    app = FastAPI(
        title="Product onboarding",
        version=_version(),
        description=openapi.DESCRIPTION,
        openapi_tags=[{"name": name} for name in openapi.CHAPTERS],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,  # the address that it would redirect to is made of the request's Host
        lifespan=parts.prepared,
    )
    services = Services(settings or Settings())
    app.state.services = services
    app.state.pool = DatabasePool(
        lambda: Database(
            services.database_credentials, statement_seconds=_STATEMENT_SECONDS, lock_seconds=_LOCK_SECONDS
        )
    )
    app.state.admission = Admission(Turnstile(), most_under_way=services.settings.requests_burst)
    app.state.api_url = services.settings.api_url
    middleware.install(app, max_file_bytes=services.settings.max_inline_bytes)
    problems.install(app)
    docs.install(app)
    openapi.install(app)
    app.include_router(uploads.router, dependencies=[InTurn])
    app.include_router(health.router)
    parts.install(app)
    return app


def _version() -> str:
    try:
        return version("product-onboarding")
    except PackageNotFoundError:
        return "0.1.0"
