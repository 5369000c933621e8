"""What a terminal shows of a proposal, and the command that accepts it."""

import shlex
from dataclasses import replace
from typing import Any

import pytest

from api.openapi.examples import UPLOAD
from onboarding.decisions import chosen, decisions_of, options_of
from onboarding.outcomes import upload_summary
from onboarding.proposals import RefusedFile, print_proposal, proposed_decisions
from pipeline.domain.columns import REQUIRED
from pipeline.domain.decisions import Decisions, MappedHeader, UploadMode
from pipeline.domain.proposals import EncodingProposal, HeaderProposal, Proposal, StandIn
from pipeline.domain.weights import WeightUnit

COLUMNS = (
    HeaderProposal("Bestell-Nr.", ("A-1", "A-2"), "vendor_product_id", 0.93, ("sku",)),
    HeaderProposal("Was's ist", ("Maus",), "product_name", 0.5),
    HeaderProposal("Lieferzeit", ("3 Tage",), None, 0.0),
    HeaderProposal("Category", ("Books",), "category", 1.0),
    HeaderProposal("Text", ("Schön",), None, 0.0, ("description", "brand")),
)
STAND_INS = (
    StandIn("sku", header="Bestell-Nr."),
    StandIn("stock_quantity", default="0"),
)
PROPOSAL = Proposal(COLUMNS, STAND_INS)
APPLY = ("onboarding", "apply", "UPLOAD_1")


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def printed(capsys: pytest.CaptureFixture[str], proposal: Proposal = PROPOSAL, **decisions: Any) -> list[str]:
    print_proposal(proposal, RefusedFile(APPLY, ["category", "price"], decisions, remembers=True))
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_each_column_is_told_with_its_header_and_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys)
    assert lines[:9] == [
        "Proposed:",
        '  vendor_product_id  from "Bestell-Nr.", with cells such as A-1 | A-2',
        "                     93% sure; or it is for sku",
        '  product_name       from "Was\'s ist", with cells such as Maus',
        "                     50% sure",
        '  sku                from "Bestell-Nr.", too, with cells such as A-1 | A-2',
        "  stock_quantity     0 in every row",
        '  ?                  from "Text", with cells such as Schön',
        "                     perhaps for description, brand",
    ]
    command = (
        "  onboarding apply UPLOAD_1 --map vendor_product_id=Bestell-Nr. --map 'product_name=Was'\"'\"'s ist'"
        " --map sku=Bestell-Nr. --default stock_quantity=0 --remember"
    )
    assert lines[9:] == ["If that is right, go on with:", command]


def test_a_header_that_serves_one_column_more_keeps_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    own = HeaderProposal("SKU", ("A-1",), "sku", 1.0)
    refused = RefusedFile(APPLY, ["sku", "category"], {})
    proposal = Proposal((own, *COLUMNS[3:]), (StandIn("vendor_product_id", header="SKU"),))
    assert proposed_decisions(proposal, refused) == {"mapping": {"sku": "SKU", "vendor_product_id": "SKU"}}
    print_proposal(proposal, refused)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  ") and " from " in line] == [
        "vendor_product_id",
        "?",
    ]


def test_what_nothing_is_proposed_for_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, replace(PROPOSAL, stand_ins=STAND_INS[:1]))
    assert lines[-2] == "Nothing is proposed for stock_quantity. Go on with --map COLUMN=HEADER or --default added:"
    assert lines[-1].endswith(" --map sku=Bestell-Nr. --remember")
    by_default = printed(capsys, replace(PROPOSAL, stand_ins=STAND_INS[:1]), defaults={"stock_quantity": "0"})
    assert by_default[-2] == "If that is right, go on with:"


def test_who_has_to_choose_gets_the_command_without_a_choice(capsys: pytest.CaptureFixture[str]) -> None:
    print_proposal(Proposal(COLUMNS[4:]), RefusedFile(APPLY, [*REQUIRED[:1], *REQUIRED[2:]], {}, remembers=True))
    *_, told, command = capsys.readouterr().out.splitlines()
    assert told.startswith("Nothing is proposed for product_name.")
    assert command == "  onboarding apply UPLOAD_1 --remember"


def test_a_proposal_without_any_column_proposes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, Proposal(COLUMNS[2:3])) == []


def test_earlier_decisions_of_the_same_kind_are_kept() -> None:
    weight = {"header": "Gewicht", "unit": "g"}
    decided = {"mode": "create", "mapping": {"price": "Kosten", "weight_kg": weight}, "defaults": {"unit": "pc"}}
    proposed = proposed_decisions(PROPOSAL, RefusedFile(APPLY, [], decided))
    assert proposed["mapping"]["weight_kg"] == weight
    assert proposed["defaults"] == {"unit": "pc", "stock_quantity": "0"}
    assert "--weight-unit" in options_of(proposed)
    assert "defaults" not in proposed_decisions(Proposal(COLUMNS), RefusedFile(APPLY, [], decided))


def test_options_say_what_decisions_were_read_from() -> None:
    decisions = decisions_of(
        mode=UploadMode.UPSERT,
        clear_blanks=True,
        default=["stock_quantity=0", "unit=a=b"],
        encoding="cp1250",
        headers=["sku=Bestell-Nr.", "weight_kg=Gewicht = brutto"],
        weight_unit=WeightUnit.GRAM,
        not_used=["Farbe"],
    )
    assert options_of(decisions) == [
        *(
            "--mode",
            "upsert",
            "--encoding",
            "windows-1250",
            "--map",
            "sku=Bestell-Nr.",
            "--map",
            "weight_kg=Gewicht = brutto",
        ),
        *("--weight-unit", "g", "--not-used", "Farbe", "--default", "stock_quantity=0", "--default", "unit=a=b"),
        "--clear-blanks",
    ]


def test_a_command_is_one_line_that_a_shell_takes(capsys: pytest.CaptureFixture[str]) -> None:
    header = "Nr.\n\x1b[31m$(reboot) `x` " + "y" * 400
    command = printed(capsys, Proposal((HeaderProposal(header, (), "sku", 1.0),)))[-1]
    assert "\x1b" not in command
    words = shlex.split(command)
    assert words[3:] == ["--map", f"sku=Nr. [31m$(reboot) `x` {'y' * 400}", "--remember"]


def test_encodings_are_told_with_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    encodings = EncodingProposal("windows-1250", ("Žlutý", "kůň")), EncodingProposal("windows-1252", ("lutý", "kùò"))
    lines = printed(capsys, Proposal(encodings=encodings))
    assert [line.split() for line in lines[1:3]] == [
        ["--encoding", "windows-1250", "Žlutý,", "kůň"],
        ["--encoding", "windows-1252", "lutý,", "kùò"],
    ]
    assert lines[-1] == "  onboarding apply UPLOAD_1 --encoding windows-1250"


@pytest.mark.parametrize(
    ("dry_run", "ending"), [(False, "--map sku=Nr. --remember"), (True, "--dry-run --map sku=Nr.")]
)
def test_an_upload_that_failed_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str], dry_run: bool, ending: str
) -> None:
    columns = [{"header": "Nr.", "samples": [], "column": "sku", "confidence": 0.9, "alternatives": []}]
    proposal = {"columns": columns, "stand_ins": []}
    failure = {"code": "MISSING_COLUMNS", "message": "Columns are missing.", "line": 1, "proposal": proposal}
    upload_summary(UPLOAD | {"status": "failed", "failure": failure, "dry_run": dry_run})
    commands = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  onboarding apply")]
    assert (len(commands), commands[0].endswith(ending)) == (1, True)


def test_a_command_that_inherits_nothing_repeats_what_was_decided(capsys: pytest.CaptureFixture[str]) -> None:
    decided = Decisions(UploadMode.UPSERT, mapping={"price": MappedHeader("Kosten")}, not_used=("Farbe",))
    command = ("onboarding", "check", "a b.csv")
    refused = RefusedFile(command, ["price"], decided.as_json(), repeats=chosen(decided))
    print_proposal(Proposal((HeaderProposal("Nr.", (), "sku", 0.9),)), refused)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "  onboarding check 'a b.csv' --mode upsert --map price=Kosten --map sku=Nr. --not-used Farbe"
    )


def test_no_column_and_no_cell_is_cut_in_two_at_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    header, cells = "Artikelnummer des Lieferanten (13-stellig)", ("4006381333931000000", "Donaudampfschifffahrt")
    proposal = Proposal((HeaderProposal(header, cells, "vendor_product_id", 0.93, ("compare_at_price",)),))
    text = "\n".join(printed(capsys, proposal))
    assert all(whole in text for whole in (*cells, "vendor_product_id", "compare_at_price"))
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith(("Nothing", "  onboarding")))
