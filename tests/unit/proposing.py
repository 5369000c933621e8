"""Files that lack required columns, and what is proposed for them."""

from tempfile import TemporaryFile

import pytest

from pipeline.checking.rules import Categories
from pipeline.checking.survey import Survey, survey
from pipeline.domain.decisions import NO_DECISIONS, Decisions, MappedHeader
from pipeline.domain.failures import Failure, Limits, UnacceptableFile
from pipeline.domain.proposals import HeaderProposal, Proposal
from tests.unit.files import source

CATEGORIES = Categories(["Home", "Clothing", "Electronics"])
CRITICAL = {"vendor_product_id", "sku", "price", "stock_quantity"}


def surveyed(content: str, decisions: Decisions = NO_DECISIONS, categories: Categories = CATEGORIES) -> Survey:
    return survey(source(content.encode()), categories, Limits(), scratch=TemporaryFile, decisions=decisions)


def refused(content: str, decisions: Decisions = NO_DECISIONS, categories: Categories = CATEGORIES) -> Failure:
    with pytest.raises(UnacceptableFile) as caught:
        surveyed(content, decisions, categories)
    assert caught.value.failure.code == "MISSING_COLUMNS"
    return caught.value.failure


def proposal_for(content: str, decisions: Decisions = NO_DECISIONS, categories: Categories = CATEGORIES) -> Proposal:
    proposal = refused(content, decisions, categories).proposal
    assert proposal is not None
    return proposal


def proposed(proposal: Proposal) -> dict[str, str]:
    return {each.column: each.header for each in proposal.columns if each.column and each.confidence < 1}


def doubles(proposal: Proposal) -> dict[str, str]:
    return {each.column: each.header for each in proposal.stand_ins if each.header}


def following(proposal: Proposal) -> Decisions:
    """The decisions of a vendor who agrees to all of a proposal."""
    mapping = {each.column: each.header for each in proposal.columns if each.column} | doubles(proposal)
    defaults = {each.column: each.default for each in proposal.stand_ins if each.default}
    return Decisions(mapping={name: MappedHeader(header) for name, header in mapping.items()}, defaults=defaults)


def header_of(content: str, header: str) -> HeaderProposal:
    return next(each for each in proposal_for(content).columns if each.header == header)
