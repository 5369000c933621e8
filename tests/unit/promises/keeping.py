"""What is kept, for how long, and for how many."""

from datetime import timedelta

from pipeline.domain.exports import EXPORT_RETENTION
from pipeline.domain.uploads import FILE_RETENTION
from pipeline.settings import Settings
from tests.unit.promises.registry import (
    Templates,
    mutant,
    of_type,
    promise,
    properties,
    with_values,
    without,
)


@promise
def a_removed_stack_leaves_what_cannot_be_made_again(templates: Templates) -> bool:
    kept = [("template", "Bucket"), ("platform", "Key"), ("platform", "TrailBucket"), ("database", "Secret")]
    found = [templates[template]["Resources"][name] for template, name in kept]
    return all(each.get("DeletionPolicy") == each.get("UpdateReplacePolicy") == "Retain" for each in found)


@promise
def staged_records_are_streamed_and_expire(templates: Templates) -> bool:
    table = properties(templates, "Records")
    return table.get("StreamSpecification") == {"StreamViewType": "NEW_IMAGE"} and (
        table.get("TimeToLiveSpecification") == {"AttributeName": "expires_at", "Enabled": True}
    )


@promise
def logs_are_kept_for_30_days_and_the_trail_for_90(templates: Templates) -> bool:
    logs = [group.get("RetentionInDays") for group in of_type(templates, "AWS::Logs::LogGroup").values()]
    [rule] = properties(templates, "TrailBucket", "platform")["LifecycleConfiguration"]["Rules"]
    return logs == [30] * len(logs) and rule.get("ExpirationInDays") == 90


@promise
def files_are_removed_but_not_before_vendors_are_told(templates: Templates) -> bool:
    rules = properties(templates, "Bucket")["LifecycleConfiguration"]["Rules"]
    ends = {
        rule.get("Prefix", ""): timedelta(days=rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule
    }
    told = {"": FILE_RETENTION, "exports/": EXPORT_RETENTION}
    return ends.keys() == told.keys() and all(
        told[prefix] < end < told[prefix] + timedelta(days=7) for prefix, end in ends.items()
    )


@promise
def a_replaced_file_is_kept_as_long_as_any_other(templates: Templates) -> bool:
    """Of several rules for one version, S3 heeds the shortest."""
    rules = properties(templates, "Bucket")["LifecycleConfiguration"]["Rules"]
    ends = [
        timedelta(days=rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
        for rule in rules
        if "NoncurrentVersionExpiration" in rule and "uploads/".startswith(rule.get("Prefix", ""))
    ]
    return [FILE_RETENTION < end < FILE_RETENTION + timedelta(days=7) for end in ends] == [True]


_SETTINGS = {
    "MaxFileBytes": "max_file_bytes",
    "MaxRows": "max_rows",
    "MaxColumns": "max_columns",
    "MaxRowBytes": "max_row_bytes",
    "ErrorDays": "error_days",
    "DeliveryDays": "delivery_days",
}
_HEEDING_LIMITS = ("ParserFunction", "ValidatorFunction", "ReporterFunction", "SweeperFunction", "ApiFunction")


@promise
def limits_are_by_default_what_the_code_says_and_all_heed_them(templates: Templates) -> bool:
    declared, fields = templates["template"]["Parameters"], Settings.model_fields
    heeded = [
        properties(templates, function)["Environment"]["Variables"].get(f"ONBOARDING_{field.upper()}") == {"Ref": name}
        for function in _HEEDING_LIMITS
        for name, field in _SETTINGS.items()
        if name.startswith("Max") or function == "SweeperFunction"
    ]
    return all(heeded) and all(declared[name]["Default"] == fields[_SETTINGS[name]].default for name in _SETTINGS)


_GUARDS = {
    "GuardMassWithdrawalPercent": "guard_mass_withdrawal_percent",
    "GuardMassZeroStockPercent": "guard_mass_zero_stock_percent",
    "GuardPriceCliffPercent": "guard_price_cliff_percent",
}


@promise
def guards_are_by_default_what_the_code_says_and_shown_as_they_are_heeded(templates: Templates) -> bool:
    declared, fields = templates["template"]["Parameters"], Settings.model_fields
    heeded = [
        properties(templates, function)["Environment"]["Variables"].get(f"ONBOARDING_{field.upper()}") == {"Ref": name}
        for function in ("ParserFunction", "ApiFunction")
        for name, field in _GUARDS.items()
    ]
    return all(heeded) and all(declared[name]["Default"] == fields[field].default for name, field in _GUARDS.items())


# An invocation of the API opens two connections at most, any other one. RDS gives an instance of 4 GiB about 400,
# and the proxy uses 80 % of them.
_CONNECTIONS = {"template.ApiFunction": 2}
_MOST_CONNECTIONS = 320


@promise
def all_functions_together_fit_the_database(templates: Templates) -> bool:
    opened = 0
    for name, function in of_type({"template": templates["template"]}, "AWS::Lambda::Function").items():
        bound = function.get("ReservedConcurrentExecutions", {}).get("Fn::If", [None, _MOST_CONNECTIONS + 1])
        opened += bound[1] * _CONNECTIONS.get(name, 1)
    return opened <= _MOST_CONNECTIONS


@promise
def no_function_is_asked_for_more_than_it_may_run(templates: Templates) -> bool:
    asked = properties(templates, "ReporterSource")["ScalingConfig"]["MaximumConcurrency"]
    return bool(asked <= properties(templates, "ReporterFunction")["ReservedConcurrentExecutions"]["Fn::If"][1])


@promise
def a_flood_is_dammed_before_the_service(templates: Templates) -> bool:
    route = properties(templates, "ApiStage").get("DefaultRouteSettings", {})
    return bool(min(route.get("ThrottlingRateLimit", 0), route.get("ThrottlingBurstLimit", 0)) > 0)


@promise
def images_are_scanned_and_never_replaced(templates: Templates) -> bool:
    images = properties(templates, "Images", "platform")
    return images.get("ImageScanningConfiguration") == {"ScanOnPush": True} and (
        images.get("ImageTagMutability") == "IMMUTABLE"
    )


mutant(a_removed_stack_leaves_what_cannot_be_made_again, "files", lambda t: t["template"]["Resources"]["Bucket"].pop("DeletionPolicy"))  # fmt: skip  # noqa: E501
mutant(a_removed_stack_leaves_what_cannot_be_made_again, "key", lambda t: t["platform"]["Resources"]["Key"].pop("DeletionPolicy"))  # fmt: skip  # noqa: E501
mutant(staged_records_are_streamed_and_expire, "for ever", without("Records", "TimeToLiveSpecification"))
mutant(logs_are_kept_for_30_days_and_the_trail_for_90, "logs for ever", without("ApiLogs", "RetentionInDays"))
mutant(files_are_removed_but_not_before_vendors_are_told, "too early", lambda t: t["template"]["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"][1].update(ExpirationInDays=90))  # fmt: skip  # noqa: E501
mutant(files_are_removed_but_not_before_vendors_are_told, "never", lambda t: t["template"]["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"].pop(1))  # fmt: skip  # noqa: E501
mutant(files_are_removed_but_not_before_vendors_are_told, "exports too early", lambda t: t["template"]["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"][4].update(ExpirationInDays=7))  # fmt: skip  # noqa: E501
mutant(files_are_removed_but_not_before_vendors_are_told, "exports as files", lambda t: t["template"]["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"].pop(4))  # fmt: skip  # noqa: E501
mutant(a_replaced_file_is_kept_as_long_as_any_other, "a week", lambda t: properties(t, "Bucket")["LifecycleConfiguration"]["Rules"][2]["NoncurrentVersionExpiration"].update(NoncurrentDays=7))  # fmt: skip  # noqa: E501
mutant(a_replaced_file_is_kept_as_long_as_any_other, "for ever", lambda t: properties(t, "Bucket")["LifecycleConfiguration"]["Rules"].pop(2))  # fmt: skip  # noqa: E501
mutant(a_replaced_file_is_kept_as_long_as_any_other, "as reports", lambda t: properties(t, "Bucket")["LifecycleConfiguration"]["Rules"][3].pop("Prefix"))  # fmt: skip  # noqa: E501
mutant(limits_are_by_default_what_the_code_says_and_all_heed_them, "other rows", lambda t: t["template"]["Parameters"]["MaxRows"].update(Default=3))  # fmt: skip  # noqa: E501
mutant(limits_are_by_default_what_the_code_says_and_all_heed_them, "one does not", lambda t: properties(t, "ReporterFunction")["Environment"]["Variables"].pop("ONBOARDING_MAX_ROWS"))  # fmt: skip  # noqa: E501
mutant(guards_are_by_default_what_the_code_says_and_shown_as_they_are_heeded, "other percentage", lambda t: t["template"]["Parameters"]["GuardPriceCliffPercent"].update(Default=3))  # fmt: skip  # noqa: E501
mutant(guards_are_by_default_what_the_code_says_and_shown_as_they_are_heeded, "shown only", lambda t: properties(t, "ParserFunction")["Environment"]["Variables"].pop("ONBOARDING_GUARD_PRICE_CLIFF_PERCENT"))  # fmt: skip  # noqa: E501
mutant(all_functions_together_fit_the_database, "without bound", without("ValidatorFunction", "ReservedConcurrentExecutions"))  # fmt: skip  # noqa: E501
mutant(no_function_is_asked_for_more_than_it_may_run, "more", with_values("ReporterSource", ScalingConfig={"MaximumConcurrency": 50}))  # fmt: skip  # noqa: E501
mutant(a_flood_is_dammed_before_the_service, "no dam", without("ApiStage", "DefaultRouteSettings"))
mutant(images_are_scanned_and_never_replaced, "unscanned", without("Images", "ImageScanningConfiguration", "platform"))
