"""The rules for files, for people: generated from the rules that validate files. No key is needed."""

from fastapi import APIRouter, Request, Response

from api.dependencies import AppServices
from api.entry.door import Door
from api.portal.choices import MODE_CHOICES
from api.portal.pages import page
from api.portal.session import AnyVisitor
from api.sessions import DbSession
from pipeline.checking.rules import RULES_VERSION
from pipeline.domain.columns import COLUMNS, REQUIRED
from pipeline.outcome.rulebook import COLUMN_RULES, FILE_RULES, ROW_RULES, example_rows
from pipeline.postgres.queries.products import active_categories

router = APIRouter(route_class=Door, include_in_schema=False)


@router.get("/rules")
def rules_page(request: Request, visitor: AnyVisitor, session: DbSession, services: AppServices) -> Response:
    categories = active_categories(session)
    context = {
        "version": RULES_VERSION,
        "limits": services.settings.limits,
        "columns": COLUMN_RULES,
        "row_rules": ROW_RULES,
        "file_rules": FILE_RULES,
        "categories": categories,
        "header": list(REQUIRED),
        "modes": MODE_CHOICES,
        "examples": list(example_rows([category.category_name for category in categories])),
        "column_count": len(COLUMNS),
    }
    return page(request, "rules.html", context)
