"""What is wrong with the answers in the form for corrections, before a preview is made."""

from collections.abc import Mapping

from api.dependencies import Db
from api.portal.correcting.form import Choice, cause_in, choices_in
from pipeline.domain.cells import clean
from pipeline.domain.errors import ErrorType
from pipeline.domain.one_line import one_line
from pipeline.postgres.category_aliases import active_categories

_LONGEST = 60
_UNFINISHED = "Write what all these rows should say, or leave them for now."


def problems_with(db: Db, fields: Mapping[str, str]) -> dict[str, str]:
    """By the keys of causes; each sentence can stand alone. Other values are judged by the rules, in the preview."""
    choices = choices_in(fields)
    problems = {key: _about(key, _UNFINISHED) for key, choice in choices.items() if choice.is_unfinished}
    categories = {key: choice for key, choice in choices.items() if _is_category_set(key, choice)}
    if categories:
        known = active_categories(db)
        problems |= {
            key: _about(
                key, f"There is no category “{one_line(choice.new_value or '', _LONGEST)}”. Choose one of the list."
            )
            for key, choice in categories.items()
            if not known.official(clean(choice.new_value or ""))
        }
    return problems


def _is_category_set(key: str, choice: Choice) -> bool:
    return cause_in(key)[0] == ErrorType.INVALID_CATEGORY and choice.new_value is not None


def _about(key: str, sentence: str) -> str:
    value = cause_in(key)[2]
    return f"“{one_line(value, _LONGEST)}”: {sentence}" if value else sentence
