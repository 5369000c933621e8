"""Assembles the web service. `uvicorn api.main:create_app --factory --no-proxy-headers` serves it."""

from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from api.answers import problem_handlers
from api.context import AppContext
from api.entry import middleware
from api.entry.admission import Admission
from api.entry.turnstile import Turnstile
from api.openapi import docs, document
from api.parts import Parts
from api.portal import error_pages
from pipeline.postgres.database import Database, DatabasePool
from pipeline.services import Services
from pipeline.settings import Settings

_STATEMENT_SECONDS = 20  # API Gateway gives up after 30
_LOCK_SECONDS = 15  # shorter, so that waiting for a lock does not look like a slow statement


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; connections are opened by the first request that needs one."""
    parts = Parts()
    app = FastAPI(
        title="Product onboarding",
        version=_version(),
        description=document.DESCRIPTION,
        openapi_tags=[{"name": name} for name in document.CHAPTERS],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,  # a redirect would be built from the request's Host header
        lifespan=parts.warm_up,
    )
    context = app.state.context = _context(settings or Settings())
    middleware.install(app, max_file_bytes=context.settings.max_inline_bytes)
    problem_handlers.install(app)
    error_pages.install(app)
    docs.install(app)
    parts.install(app)
    document.install(app, late=parts.programs)
    return app


def _context(settings: Settings) -> AppContext:
    services = Services(settings)
    pool = DatabasePool(
        lambda: Database(
            services.database_credentials, statement_seconds=_STATEMENT_SECONDS, lock_seconds=_LOCK_SECONDS
        )
    )
    return AppContext(services, pool, Admission(Turnstile(), most_under_way=settings.requests_burst))


def _version() -> str:
    try:
        return version("product-onboarding")
    except PackageNotFoundError:
        return "0.1.0"
