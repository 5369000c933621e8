"""What fails is tried again, finitely, and set aside."""

import json
from typing import Any

from pipeline.domain.uploads import StagingStatus
from tests.unit.promises.registry import (
    Templates,
    mutant,
    promise,
    properties,
    with_values,
    without,
)


@promise
def messages_come_back_only_when_their_function_is_over(templates: Templates) -> bool:
    timeout = properties(templates, "ReporterFunction")["Timeout"]
    return bool(properties(templates, "ErrorQueue")["VisibilityTimeout"] >= 6 * timeout)


@promise
def a_message_is_tried_three_times_and_then_set_aside(templates: Templates) -> bool:
    wanted = {"deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}, "maxReceiveCount": 3}
    return bool(properties(templates, "ErrorQueue").get("RedrivePolicy") == wanted)


@promise
def a_poisoned_batch_is_halved_retried_finitely_and_set_aside(templates: Templates) -> bool:
    source = properties(templates, "ValidatorSource")
    return (
        source.get("BisectBatchOnFunctionError") is True
        and 0 < source.get("MaximumRetryAttempts", -1) <= 10
        and 0 < source.get("MaximumRecordAgeInSeconds", -1) <= 86_400
        and source.get("DestinationConfig") == _to_dead_letters()
    )


@promise
def an_event_is_retried_finitely_and_set_aside(templates: Templates) -> bool:
    retries = properties(templates, "ParserRetries")
    return retries.get("MaximumRetryAttempts") == 2 and retries.get("DestinationConfig") == _to_dead_letters()


@promise
def only_new_records_wake_the_validator(templates: Templates) -> bool:
    [criteria] = properties(templates, "ValidatorSource")["FilterCriteria"]["Filters"]
    new = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"status": {"S": [StagingStatus.PENDING]}}}}
    return bool(json.loads(criteria["Pattern"]) == new)


@promise
def messages_are_handed_over_without_waiting_and_fail_one_by_one(templates: Templates) -> bool:
    source = properties(templates, "ReporterSource")
    waits = source.get("MaximumBatchingWindowInSeconds", 0)
    return source.get("FunctionResponseTypes") == ["ReportBatchItemFailures"] and waits == 0


@promise
def a_long_file_may_be_continued_by_the_parser_itself(templates: Templates) -> bool:
    return properties(templates, "ParserFunction").get("RecursiveLoop") == "Allow"


def _to_dead_letters() -> dict[str, Any]:
    return {"OnFailure": {"Destination": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}}


mutant(
    messages_come_back_only_when_their_function_is_over, "five times", with_values("ErrorQueue", VisibilityTimeout=4500)
)
mutant(
    messages_come_back_only_when_their_function_is_over,
    "a longer function",
    with_values("ReporterFunction", Timeout=901),
)
mutant(a_message_is_tried_three_times_and_then_set_aside, "for ever", without("ErrorQueue", "RedrivePolicy"))
mutant(a_poisoned_batch_is_halved_retried_finitely_and_set_aside, "whole", without("ValidatorSource", "BisectBatchOnFunctionError"))  # fmt: skip  # noqa: E501
mutant(a_poisoned_batch_is_halved_retried_finitely_and_set_aside, "for ever", with_values("ValidatorSource", MaximumRetryAttempts=-1))  # fmt: skip  # noqa: E501
mutant(a_poisoned_batch_is_halved_retried_finitely_and_set_aside, "however old", without("ValidatorSource", "MaximumRecordAgeInSeconds"))  # fmt: skip  # noqa: E501
mutant(
    a_poisoned_batch_is_halved_retried_finitely_and_set_aside, "lost", without("ValidatorSource", "DestinationConfig")
)
mutant(an_event_is_retried_finitely_and_set_aside, "lost", without("ParserRetries", "DestinationConfig"))
mutant(only_new_records_wake_the_validator, "all", lambda t: properties(t, "ValidatorSource")["FilterCriteria"]["Filters"][0].update(Pattern='{"eventName": ["INSERT", "MODIFY"]}'))  # fmt: skip  # noqa: E501
mutant(messages_are_handed_over_without_waiting_and_fail_one_by_one, "waits", with_values("ReporterSource", MaximumBatchingWindowInSeconds=30))  # fmt: skip  # noqa: E501
mutant(messages_are_handed_over_without_waiting_and_fail_one_by_one, "together", without("ReporterSource", "FunctionResponseTypes"))  # fmt: skip  # noqa: E501
mutant(a_long_file_may_be_continued_by_the_parser_itself, "ends at 16", without("ParserFunction", "RecursiveLoop"))
