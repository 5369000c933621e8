"""Support's agents: nobody else gets in here."""

from typing import Annotated

from fastapi import Depends

from api.answers.problems import Problem
from api.portal.session import CurrentVisitor, FormSender
from pipeline.postgres.api_keys import Principal


async def _agent(visitor: CurrentVisitor) -> Principal:
    """Vendors are told what they would be told of any other address: that nothing is there."""
    if not visitor.principal.is_support:
        raise Problem.not_found("page")
    return visitor.principal


async def _acting_agent(agent: Annotated[Principal, Depends(_agent)], _: FormSender) -> Principal:
    return agent


Agent = Annotated[Principal, Depends(_agent)]
ActingAgent = Annotated[Principal, Depends(_acting_agent)]
"""An agent who sent a form of ours."""
