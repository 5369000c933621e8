"""What all requests share; created once, with the application."""

from dataclasses import dataclass

from fastapi import Request

from api.entry.admission import Admission
from pipeline.postgres.database import DatabasePool
from pipeline.services import Services
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class AppContext:
    services: Services
    pool: DatabasePool
    admission: Admission

    @property
    def settings(self) -> Settings:
        return self.services.settings

    @property
    def api_url(self) -> str:
        """The service's public address, without a trailing slash."""
        return self.settings.api_url


def context_of(request: Request) -> AppContext:
    context: AppContext = request.app.state.context
    return context
