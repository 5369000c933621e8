"""What is encrypted, and who may look at it."""

from typing import Any

from tests.unit.promises.registry import (
    Templates,
    actions,
    mutant,
    of_type,
    promise,
    properties,
    with_values,
    without,
)


@promise
def every_bucket_is_versioned_encrypted_and_private(templates: Templates) -> bool:
    for bucket in of_type(templates, "AWS::S3::Bucket").values():
        [rule] = bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [{}])
        if (
            bucket.get("VersioningConfiguration") != {"Status": "Enabled"}
            or rule.get("ServerSideEncryptionByDefault") != {"SSEAlgorithm": "AES256"}
            or list(bucket.get("PublicAccessBlockConfiguration", {}).values()) != [True] * 4
        ):
            return False
    return True


@promise
def every_bucket_refuses_plain_http(templates: Templates) -> bool:
    policies = of_type(templates, "AWS::S3::BucketPolicy").values()
    refusing = [policy for policy in policies if _refuses_plain_http(where_tls_is_required(policy))]
    return len(refusing) == len(of_type(templates, "AWS::S3::Bucket"))


def where_tls_is_required(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a bucket's policy; only the embedded stack, which has no certificates, has one less."""
    written = policy["PolicyDocument"]["Statement"]
    return [each["Fn::If"][1] if each.get("Fn::If", [""])[0] == "TlsOnly" else each for each in written]


@promise
def what_signs_upload_addresses_reads_nothing_and_copies_nothing(templates: Templates) -> bool:
    """A header that nobody signed turns a put into a copy of whatever its signer may read."""
    [own] = properties(templates, "ApiRole")["Policies"]
    granted = [statement.get("Fn::If", [None, statement])[1] for statement in own["PolicyDocument"]["Statement"]]
    on_files = [action for each in granted for action in actions(each) if action.startswith("s3:")]
    [denied] = [each for each in where_tls_is_required(properties(templates, "BucketPolicy")) if _is_of_copies(each)]
    return on_files == ["s3:PutObject"] and denied["Effect"] == "Deny"


def _is_of_copies(statement: dict[str, Any]) -> bool:
    return statement.get("Condition") == {
        "ArnEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["ApiRole", "Arn"]}},
        "Null": {"s3:x-amz-copy-source": "false"},
    }


def _refuses_plain_http(policy: list[dict[str, Any]]) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Action"] == "s3:*"
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in policy
    )


@promise
def every_queue_is_encrypted(templates: Templates) -> bool:
    return all(queue.get("SqsManagedSseEnabled") is True for queue in of_type(templates, "AWS::SQS::Queue").values())


@promise
def the_database_is_private_encrypted_backed_up_and_hard_to_delete(templates: Templates) -> bool:
    database = properties(templates, "Database", "database")
    defaults = {name: each.get("Default") for name, each in templates["database"]["Parameters"].items()}
    return (
        database.get("StorageEncrypted") is True
        and database.get("KmsKeyId") == {"Ref": "KmsKeyArn"}
        and database.get("PubliclyAccessible") is False
        and templates["database"]["Resources"]["Database"]["DeletionPolicy"] == "Snapshot"
        and (defaults["MultiAz"], defaults["DeletionProtection"], defaults["BackupDays"]) == ("true", "true", 14)
        and (database.get("MultiAZ"), database.get("DeletionProtection"), database.get("BackupRetentionPeriod"))
        == ({"Ref": "MultiAz"}, {"Ref": "DeletionProtection"}, {"Ref": "BackupDays"})
    )


@promise
def the_database_speaks_tls_alone(templates: Templates) -> bool:
    forced = properties(templates, "ParameterGroup", "database")["Parameters"].get("rds.force_ssl")
    proxy = properties(templates, "ConnectionProxy", "database").get("RequireTLS")
    asked = [
        function["Environment"]["Variables"].get("ONBOARDING_DATABASE_SSLMODE")
        for function in of_type(templates, "AWS::Lambda::Function").values()
        if "ONBOARDING_DATABASE_SECRET_ARN" in function["Environment"]["Variables"]
    ]
    wanted = {"Fn::If": ["TlsOnly", "require", "prefer"]}
    return (forced, proxy) == ("1", True) and asked == [wanted] * len(asked)


@promise
def the_databases_log_has_neither_statements_nor_details(templates: Templates) -> bool:
    """Both quote vendors' cells."""
    parameters = properties(templates, "ParameterGroup", "database")["Parameters"]
    wanted = {"log_min_error_statement": "panic", "log_min_duration_statement": "-1", "log_error_verbosity": "terse"}
    writing = {"log_statement", "log_min_duration_sample", "log_duration", "auto_explain.log_min_duration"}
    return wanted.items() <= parameters.items() and not writing & parameters.keys()


@promise
def the_password_is_generated_encrypted_and_rotated(templates: Templates) -> bool:
    secret = properties(templates, "Secret", "database")
    rotation = properties(templates, "SecretRotation", "database")
    days = templates["database"]["Parameters"]["RotationDays"]["Default"]
    return (
        secret.get("KmsKeyId") == {"Ref": "KmsKeyArn"}
        and "GenerateSecretString" in secret
        and (0 < days <= 90 and rotation["RotationRules"] == {"AutomaticallyAfterDays": {"Ref": "RotationDays"}})
    )


@promise
def only_the_functions_and_the_proxy_reach_the_database(templates: Templates) -> bool:
    group = properties(templates, "DatabaseSecurityGroup", "network")
    proxy = properties(templates, "DatabaseFromProxy", "network")
    inside = [*group["SecurityGroupIngress"], proxy]
    return not any("CidrIp" in rule for rule in inside) and {rule["FromPort"] for rule in inside} == {5432}


@promise
def nothing_comes_in_to_the_functions(templates: Templates) -> bool:
    group = properties(templates, "LambdaSecurityGroup", "network")
    inside = [each["GroupId"] for each in of_type(templates, "AWS::EC2::SecurityGroupIngress").values()]
    return "SecurityGroupIngress" not in group and {"Ref": "LambdaSecurityGroup"} not in inside


def _database_parameters(templates: Templates) -> dict[str, str]:
    found: dict[str, str] = properties(templates, "ParameterGroup", "database")["Parameters"]
    return found


mutant(every_bucket_is_versioned_encrypted_and_private, "no versions", without("Bucket", "VersioningConfiguration"))
mutant(every_bucket_is_versioned_encrypted_and_private, "in the clear", without("TrailBucket", "BucketEncryption", "platform"))  # fmt: skip  # noqa: E501
mutant(every_bucket_is_versioned_encrypted_and_private, "public", lambda t: properties(t, "Bucket")["PublicAccessBlockConfiguration"].update(BlockPublicPolicy=False))  # fmt: skip  # noqa: E501
mutant(every_bucket_refuses_plain_http, "no policy", lambda t: t["template"]["Resources"].pop("BucketPolicy"))
mutant(every_bucket_refuses_plain_http, "allows", lambda t: where_tls_is_required(properties(t, "BucketPolicy"))[0].update(Effect="Allow"))  # fmt: skip  # noqa: E501
mutant(what_signs_upload_addresses_reads_nothing_and_copies_nothing, "reads", lambda t: properties(t, "ApiRole")["Policies"][0]["PolicyDocument"]["Statement"][0].update(Action=["s3:PutObject", "s3:GetObject"]))  # fmt: skip  # noqa: E501
mutant(what_signs_upload_addresses_reads_nothing_and_copies_nothing, "copies", lambda t: properties(t, "BucketPolicy")["PolicyDocument"]["Statement"][1].update(Effect="Allow"))  # fmt: skip  # noqa: E501
mutant(every_queue_is_encrypted, "in the clear", without("DeadLetterQueue", "SqsManagedSseEnabled"))
mutant(the_database_is_private_encrypted_backed_up_and_hard_to_delete, "public", with_values("Database", "database", PubliclyAccessible=True))  # fmt: skip  # noqa: E501
mutant(the_database_is_private_encrypted_backed_up_and_hard_to_delete, "in the clear", without("Database", "StorageEncrypted", "database"))  # fmt: skip  # noqa: E501
mutant(the_database_is_private_encrypted_backed_up_and_hard_to_delete, "one zone", with_values("Database", "database", MultiAZ=False))  # fmt: skip  # noqa: E501
mutant(the_database_is_private_encrypted_backed_up_and_hard_to_delete, "no backups", with_values("Database", "database", BackupRetentionPeriod=0))  # fmt: skip  # noqa: E501
mutant(
    the_database_speaks_tls_alone,
    "server",
    with_values("ParameterGroup", "database", Parameters={"rds.force_ssl": "0"}),
)
mutant(the_database_speaks_tls_alone, "proxy", with_values("ConnectionProxy", "database", RequireTLS=False))
mutant(the_database_speaks_tls_alone, "function", lambda t: properties(t, "ApiFunction")["Environment"]["Variables"].update(ONBOARDING_DATABASE_SSLMODE="prefer"))  # fmt: skip  # noqa: E501
mutant(the_databases_log_has_neither_statements_nor_details, "failed", lambda t: _database_parameters(t).pop("log_min_error_statement"))  # fmt: skip  # noqa: E501
mutant(the_databases_log_has_neither_statements_nor_details, "slow", lambda t: _database_parameters(t).update(log_min_duration_statement="1000"))  # fmt: skip  # noqa: E501
mutant(the_databases_log_has_neither_statements_nor_details, "keys", lambda t: _database_parameters(t).pop("log_error_verbosity"))  # fmt: skip  # noqa: E501
mutant(the_databases_log_has_neither_statements_nor_details, "all", lambda t: _database_parameters(t).update(log_statement="mod"))  # fmt: skip  # noqa: E501
mutant(the_password_is_generated_encrypted_and_rotated, "AWS's key", without("Secret", "KmsKeyId", "database"))
mutant(the_password_is_generated_encrypted_and_rotated, "never", lambda t: t["database"]["Parameters"]["RotationDays"].update(Default=0))  # fmt: skip  # noqa: E501
mutant(only_the_functions_and_the_proxy_reach_the_database, "everybody", lambda t: properties(t, "DatabaseSecurityGroup", "network")["SecurityGroupIngress"].append({"FromPort": 5432, "CidrIp": "0.0.0.0/0"}))  # fmt: skip  # noqa: E501
mutant(nothing_comes_in_to_the_functions, "somebody", with_values("LambdaSecurityGroup", "network", SecurityGroupIngress=[{"CidrIp": "10.0.0.0/16"}]))  # fmt: skip  # noqa: E501
