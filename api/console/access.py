"""Access to the console, for support only."""

from typing import Annotated

from fastapi import Depends

from api.answers.problems import Problem
from api.portal.session import CurrentVisitor, FormSender
from pipeline.postgres.api_keys import Principal


async def _agent(visitor: CurrentVisitor) -> Principal:
    """The agent. Vendors get the same answer as for an address that does not exist."""
    if not visitor.principal.is_support:
        raise Problem.not_found("page")
    return visitor.principal


async def _acting_agent(agent: Annotated[Principal, Depends(_agent)], _: FormSender) -> Principal:
    return agent


Agent = Annotated[Principal, Depends(_agent)]
ActingAgent = Annotated[Principal, Depends(_acting_agent)]
"""An agent who sent one of our forms."""
