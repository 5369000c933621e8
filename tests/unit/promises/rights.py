"""Who may do what: functions, operators, the deployment, mail."""

import json
from collections.abc import Callable
from typing import Any

from tests.unit.promises.registry import (
    Templates,
    actions,
    mutant,
    of_type,
    promise,
    properties,
    statements,
    with_values,
)


@promise
def every_function_has_a_role_and_logs_of_its_own(templates: Templates) -> bool:
    functions = of_type(templates, "AWS::Lambda::Function")
    roles = {json.dumps(function["Role"]) for function in functions.values()}
    logged = [each["LogGroupName"] for each in of_type(templates, "AWS::Logs::LogGroup").values()]
    names = [{"Fn::Sub": f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"} for function in functions.values()]
    return len(roles) == len(functions) and all(logged.count(name) == 1 for name in names)


@promise
def no_statement_allows_every_action(templates: Templates) -> bool:
    return not any("*" in action for statement in statements(templates) for action in actions(statement))


# Actions for which AWS knows no narrower resource.
_ANY_RESOURCE = {
    "ecr:GetAuthorizationToken",
    "cloudformation:GetTemplateSummary",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}


@promise
def no_statement_allows_every_resource(templates: Templates) -> bool:
    wide = [statement for statement in statements(templates) if statement["Resource"] == "*"]
    return all(set(actions(statement)) <= _ANY_RESOURCE for statement in wide)


@promise
def only_cloudformation_itself_works_with_wide_rights(templates: Templates) -> bool:
    roles = of_type(templates, "AWS::IAM::Role").items()
    wide = [(name, role) for name, role in roles if "AdministratorAccess" in json.dumps(role)]
    return [name for name, _ in wide] == ["platform.StackRole"] and all(
        statement["Principal"] == {"Service": "cloudformation.amazonaws.com"}
        for _, role in wide
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
    )


@promise
def github_deploys_from_one_environment_of_one_repository(templates: Templates) -> bool:
    [trust] = properties(templates, "ReleaseRole", "platform")["AssumeRolePolicyDocument"]["Statement"]
    asked = trust.get("Condition", {}).get("StringEquals", {})
    who = {"Fn::Sub": "repo:${GitHubRepository}:environment:production"}
    return bool(asked.get("token.actions.githubusercontent.com:sub") == who)


@promise
def mail_is_sent_from_one_domain_by_one_function_if_at_all(templates: Templates) -> bool:
    mailing = [each for each in statements(templates) if any(action.startswith("ses:") for action in actions(each))]
    optional = [each for each in _policy(templates, "ReporterRole") if "Fn::If" in each]
    return (
        [actions(each) for each in mailing] == [["ses:SendEmail"]]
        and [each["Fn::If"][0] for each in optional if each["Fn::If"][1] == mailing[0]] == ["SendsMail"]
        and all(_is_of_the_service(resource["Fn::Sub"]) for resource in mailing[0]["Resource"])
    )


def _is_of_the_service(resource: Any) -> bool:
    """The sender's domain, or the stack's own configuration set."""
    if isinstance(resource, str):
        return resource.endswith(":configuration-set/${AWS::StackName}")
    return bool(resource[0].endswith(":identity/${Domain}"))


@promise
def without_a_sender_nothing_of_mail_is_made(templates: Templates) -> bool:
    asked = templates["template"]["Conditions"]["SendsMail"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MailFrom"}, ""]}]}
    made = {name: each for name, each in templates["template"]["Resources"].items() if name.startswith("Mail")}
    return asked and len(made) == 6 and all(each.get("Condition") == "SendsMail" for each in made.values())


@promise
def only_the_mail_service_tells_of_mails_and_only_its_topic_is_queued(templates: Templates) -> bool:
    [told] = properties(templates, "MailEventsPolicy")["PolicyDocument"]["Statement"]
    [queued] = properties(templates, "MailEventsMayBeQueued")["PolicyDocument"]["Statement"]
    return (
        (told["Principal"], told["Action"]) == ({"Service": "ses.amazonaws.com"}, "sns:Publish")
        and told.get("Condition") == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        and (queued["Principal"], queued["Action"]) == ({"Service": "sns.amazonaws.com"}, "sqs:SendMessage")
        and queued.get("Condition") == {"ArnEquals": {"aws:SourceArn": {"Ref": "MailEvents"}}}
    )


def _policy(templates: Templates, role: str) -> list[dict[str, Any]]:
    [policy] = properties(templates, role)["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def _mailing(templates: Templates) -> dict[str, Any]:
    [found] = [
        each["Fn::If"][1] for each in _policy(templates, "ReporterRole") if "SendsMail" in each.get("Fn::If", ())
    ]
    return found  # type: ignore[no-any-return]


_OPERATORS_ALONE = ("vendor-registrar", "RegistrarFunction", "RegistrarRole")


@promise
def nobody_but_operators_registers_vendors_and_keys(templates: Templates) -> bool:
    """Only what belongs to the function itself, and the output that operators read, names it."""
    parts = templates["template"]["Resources"].items()
    naming = {name for name, each in parts if any(word in json.dumps(each) for word in _OPERATORS_ALONE)}
    return naming == {"RegistrarFunction", "RegistrarLogs", "RegistrarRole"}


@promise
def the_canary_has_a_vendors_rights_and_no_others(templates: Templates) -> bool:
    [policy] = properties(templates, "CanaryRole")["Policies"]
    granted = [each.get("Fn::If", [None, each])[1] for each in policy["PolicyDocument"]["Statement"]]
    return {each["Sid"] for each in granted} == {"ReadItsKey", "DecryptSecrets", "Log", "Trace"} and (
        granted[0]["Resource"] == {"Fn::GetAtt": ["CanaryKey", "Id"]}
    )


def _statement(role: str, sid: str) -> Callable[[Templates], dict[str, Any]]:
    def find(templates: Templates) -> dict[str, Any]:
        [policy] = properties(templates, role)["Policies"]
        [found] = [each for each in policy["PolicyDocument"]["Statement"] if each.get("Sid") == sid]
        return found  # type: ignore[no-any-return]

    return find


mutant(nobody_but_operators_registers_vendors_and_keys, "the web service", lambda t: _statement("ApiRole", "ShowAndRedriveWhatStandsStill")(t).update(Resource={"Fn::GetAtt": ["RegistrarFunction", "Arn"]}))  # fmt: skip  # noqa: E501
mutant(the_canary_has_a_vendors_rights_and_no_others, "the database", lambda t: _statement("CanaryRole", "ReadItsKey")(t).update(Resource={"Fn::GetAtt": ["DatabaseSecret", "Id"]}))  # fmt: skip  # noqa: E501
mutant(every_function_has_a_role_and_logs_of_its_own, "shared role", with_values("ValidatorFunction", Role={"Fn::GetAtt": ["ParserRole", "Arn"]}))  # fmt: skip  # noqa: E501
mutant(every_function_has_a_role_and_logs_of_its_own, "no logs", with_values("ApiLogs", LogGroupName="elsewhere"))
mutant(no_statement_allows_every_action, "s3:*", lambda t: _statement("ParserRole", "ReadTheFile")(t).update(Action="s3:*"))  # fmt: skip  # noqa: E501
mutant(no_statement_allows_every_action, "s3:Get*", lambda t: _statement("FileReaderRole", "ReadReports")(t).update(Action=["s3:Get*"]))  # fmt: skip  # noqa: E501
mutant(no_statement_allows_every_resource, "any queue", lambda t: _statement("ApiRole", "AskForReportsAndWebhooks")(t).update(Resource="*"))  # fmt: skip  # noqa: E501
mutant(only_cloudformation_itself_works_with_wide_rights, "a function", with_values("ApiRole", ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]))  # fmt: skip  # noqa: E501
mutant(only_cloudformation_itself_works_with_wide_rights, "anybody", lambda t: properties(t, "StackRole", "platform")["AssumeRolePolicyDocument"]["Statement"][0].update(Principal={"AWS": "*"}))  # fmt: skip  # noqa: E501
mutant(github_deploys_from_one_environment_of_one_repository, "every branch", lambda t: properties(t, "ReleaseRole", "platform")["AssumeRolePolicyDocument"]["Statement"][0].pop("Condition"))  # fmt: skip  # noqa: E501


mutant(mail_is_sent_from_one_domain_by_one_function_if_at_all, "raw", lambda t: _mailing(t).update(Action="ses:SendRawEmail"))  # fmt: skip  # noqa: E501
mutant(mail_is_sent_from_one_domain_by_one_function_if_at_all, "any domain", lambda t: _mailing(t).update(Resource=[{"Fn::Sub": "arn:aws:ses:*:*:identity/*"}]))  # fmt: skip  # noqa: E501
mutant(mail_is_sent_from_one_domain_by_one_function_if_at_all, "always", lambda t: _policy(t, "ReporterRole").append(_policy(t, "ReporterRole").pop(7)["Fn::If"][1]))  # fmt: skip  # noqa: E501
mutant(without_a_sender_nothing_of_mail_is_made, "always", lambda t: t["template"]["Resources"]["MailEvents"].pop("Condition"))  # fmt: skip  # noqa: E501
mutant(only_the_mail_service_tells_of_mails_and_only_its_topic_is_queued, "anybody's", lambda t: properties(t, "MailEventsPolicy")["PolicyDocument"]["Statement"][0].pop("Condition"))  # fmt: skip  # noqa: E501
mutant(only_the_mail_service_tells_of_mails_and_only_its_topic_is_queued, "any topic", lambda t: properties(t, "MailEventsMayBeQueued")["PolicyDocument"]["Statement"][0].pop("Condition"))  # fmt: skip  # noqa: E501
