from infra.configuration_page import PAGE, page
from pipeline.settings import Settings


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_setting_is_described() -> None:
    assert all(f"`ONBOARDING_{name.upper()}`" in page() for name in Settings.model_fields)
