"""What rings, and what is traced."""

import json

from tests.templates import INFRA
from tests.unit.promises.registry import (
    Properties,
    Templates,
    mutant,
    of_type,
    promise,
    properties,
    statements,
    with_values,
    without,
)


@promise
def every_alarm_reaches_the_operators_and_says_where_to_read_on(templates: Templates) -> bool:
    alarms = of_type(templates, "AWS::CloudWatch::Alarm").values()
    return all(each.get("AlarmActions") == [{"Ref": "OperatorsTopic"}] and _is_explained(each) for each in alarms)


def _is_explained(alarm: Properties) -> bool:
    manual = (INFRA.parent / "docs" / "operating.md").read_text(encoding="utf-8").lower()
    _, found, chapter = alarm["AlarmDescription"].rstrip(".").partition("docs/operating.md, ")
    return bool(found) and f"## {chapter.lower()}" in manual


@promise
def a_silent_sweeper_is_an_alarm(templates: Templates) -> bool:
    alarm = properties(templates, "StuckUploadsAlarm")
    return (alarm["TreatMissingData"], alarm["MetricName"]) == ("breaching", "StuckUploads")


@promise
def a_silent_canary_is_an_alarm_if_it_is_to_sing(templates: Templates) -> bool:
    """One failure in a period is enough, and a period holds at least one flight even if one comes late."""
    canary, schedule = properties(templates, "CanaryAlarm"), properties(templates, "CanarySchedule")
    minutes = int(schedule["ScheduleExpression"].removeprefix("rate(").split()[0])
    rings = (canary["MetricName"], canary["Statistic"], canary["Threshold"], canary["ComparisonOperator"])
    return (
        rings == ("CanarySucceeded", "Minimum", 1, "LessThanThreshold")
        and canary["TreatMissingData"] == "breaching"
        and canary["Period"] >= 2 * 60 * minutes
        and templates["template"]["Resources"]["CanaryAlarm"].get("Condition") == "RunsCanary"
        and schedule["State"] == {"Fn::If": ["RunsCanary", "ENABLED", "DISABLED"]}
    )


@promise
def support_is_not_mailed_what_the_canary_sings(templates: Templates) -> bool:
    policy = properties(templates, "SupportSubscription").get("FilterPolicy")
    return bool(policy == {"vendor_id": [{"anything-but": ["CANARY"]}]})


@promise
def every_function_is_traced(templates: Templates) -> bool:
    functions = of_type(templates, "AWS::Lambda::Function").values()
    allowed = [each for each in statements(templates) if each.get("Sid") == "Trace"]
    return all(each.get("TracingConfig") == {"Mode": "Active"} for each in functions) and (
        len(allowed) == len(functions)
    )


@promise
def every_function_that_fails_too_often_is_an_alarm(templates: Templates) -> bool:
    watched = {
        json.dumps(dimension["Value"]): alarm["Threshold"]
        for alarm in of_type(templates, "AWS::CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", ())
        if alarm["MetricName"] == "Errors"
    }
    workers = ("ParserFunction", "ValidatorFunction", "ReporterFunction", "SweeperFunction")
    return all(watched.get(json.dumps({"Ref": name})) == 0.1 for name in workers)


mutant(
    every_alarm_reaches_the_operators_and_says_where_to_read_on, "nobody", with_values("GivenUpAlarm", AlarmActions=[])
)
mutant(every_alarm_reaches_the_operators_and_says_where_to_read_on, "unexplained", with_values("GivenUpAlarm", AlarmDescription="See docs/operating.md, nowhere."))  # fmt: skip  # noqa: E501
mutant(
    a_silent_sweeper_is_an_alarm, "silence is golden", with_values("StuckUploadsAlarm", TreatMissingData="notBreaching")
)
mutant(
    a_silent_canary_is_an_alarm_if_it_is_to_sing, "silence", with_values("CanaryAlarm", TreatMissingData="notBreaching")
)
mutant(a_silent_canary_is_an_alarm_if_it_is_to_sing, "an average", with_values("CanaryAlarm", Statistic="Average"))
mutant(a_silent_canary_is_an_alarm_if_it_is_to_sing, "rarely", with_values("CanarySchedule", ScheduleExpression="rate(30 minutes)"))  # fmt: skip  # noqa: E501
mutant(support_is_not_mailed_what_the_canary_sings, "all", without("SupportSubscription", "FilterPolicy"))
mutant(every_function_is_traced, "one is not", without("ApiFunction", "TracingConfig"))
mutant(every_function_is_traced, "no right", lambda t: properties(t, "ApiRole")["Policies"][0]["PolicyDocument"]["Statement"].pop())  # fmt: skip  # noqa: E501
mutant(every_function_that_fails_too_often_is_an_alarm, "half of them", with_values("ParserFaultsAlarm", Threshold=0.5))
