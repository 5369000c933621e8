"""`python -m infra.configuration_page`: writes `docs/configuration.md` from the fields of `pipeline/settings.py`.

The descriptions are read from the source: having pydantic keep them would add 40 ms to every cold start.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from pipeline import settings
from pipeline.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
_INTRODUCTION = """\
# Configuration

All settings of the service are environment variables, read in
[`pipeline/settings.py`](../pipeline/settings.py) alone. `make docs` writes this page from it. The template sets the
addresses and names of other parts; the rest have defaults.

* On one machine: `ONBOARDING_MAX_ROWS=1000 make run`.
* On AWS the template has parameters for the limits of a file and for retention (`MaxFileBytes` `MaxRows` `MaxColumns`
  `MaxRowBytes` `ErrorDays` `DeliveryDays`), for the guards (`GuardMassWithdrawalPercent` `GuardMassZeroStockPercent`
  `GuardPriceCliffPercent`) and for `StagingThreads` and `Currency`:
  `python -m infra.deploy release --image REPOSITORY:TAG --set MaxRows=1000`.

| variable | default | meaning |
| --- | --- | --- |
"""


def page() -> str:
    prefix, fields = Settings.model_config["env_prefix"], Settings.model_fields
    rows = (f"| `{prefix}{name.upper()}` | {_text(fields[name].default)} | {text} |" for name, text in _descriptions())
    return _INTRODUCTION + "\n".join(rows) + "\n"


def _descriptions() -> Iterator[tuple[str, str]]:
    """Each field with its description."""
    (settings_class,) = (node for node in ast.parse(inspect.getsource(settings)).body if isinstance(node, ast.ClassDef))
    for field, text in zip(settings_class.body, settings_class.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(text, ast.Expr), f"{field.target.id} has no description"  # noqa: S101
            yield field.target.id, ast.literal_eval(text.value).removesuffix(".")


def _text(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
