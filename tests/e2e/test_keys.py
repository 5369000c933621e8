"""API keys in the hands of an operator: made, rotated with an overlap, revoked; never to be read again."""

import json

import httpx

from pipeline.domain.keys import Role, hash_of, new_key
from tests.e2e.operators import keys_of, keys_with, ops
from tests.stack import Stack, eventually, tag


def run_key(stack: Stack, *arguments: str) -> str:
    done = ops(stack, "key", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def opens(stack: Stack, key: str) -> bool:
    answer = httpx.get(f"{stack.api_url}/v1/uploads", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def key_ids(stack: Stack, label: str) -> list[str]:
    return [str(key["key_id"]) for key in keys_with(stack, label)]


def test_a_key_is_made_rotated_with_an_overlap_and_revoked(stack: Stack) -> None:
    label = f"ERP {tag()}"
    old = run_key(stack, "create", "--vendor", "VEND001", "--label", label)
    [number] = key_ids(stack, label)
    assert opens(stack, old)
    new = run_key(stack, "rotate", number, "--hours", "1")
    assert new != old
    assert opens(stack, old)
    assert opens(stack, new)
    stack.sql("UPDATE api_keys SET expires_at = now() WHERE key_id = %s", number)  # nothing else makes an hour pass
    assert not opens(stack, old)
    assert ops(stack, "key", "revoke", key_ids(stack, label)[-1]).returncode == 0
    assert not opens(stack, new)


def test_a_key_is_listed_by_its_prefix_alone(stack: Stack) -> None:
    key = run_key(stack, "create", "--support", "--label", "night shift")
    assert opens(stack, key)
    listed = run_key(stack, "list")
    assert key[:7] + "…" in listed
    assert key not in listed
    assert "night shift" in listed
    assert keys_with(stack, "night shift")[-1]["last_used_at"]
    assert {each["vendor_id"] for each in keys_of(stack, "VEND001")} == {"VEND001"}


def test_a_key_expires_after_the_days_it_was_given(stack: Stack) -> None:
    key = json.loads(run_key(stack, "create", "--support", "--label", "a week", "--days", "7", "--json"))["key"]
    assert opens(stack, key)
    # No list shows when a key expires.
    assert stack.sql("SELECT 1 FROM api_keys WHERE label = 'a week' AND expires_at - created_at = interval '7 days'")


def test_only_a_hash_is_stored_and_nothing_that_was_logged_has_the_key(stack: Stack) -> None:
    label = f"unseen {tag()}"
    key = run_key(stack, "create", "--vendor", "VEND002", "--label", label)
    (stored,) = stack.sql(  # the row as it is stored is what this is about
        "SELECT k::text FROM api_keys k WHERE label = %s", label
    )
    assert key[7:] not in str(stored)
    eventually(lambda: '"registrar.executed"' in logged(stack))
    assert key[7:] not in logged(stack)


def logged(stack: Stack) -> str:
    return "\n".join(path.read_text(errors="replace") for path in stack.logs.iterdir())


def registrar(stack: Stack, **event: object) -> dict[str, object]:
    """Asks vendor-registrar itself, as an operator's own script might."""
    functions = stack.aws("lambda")
    [name] = [f["FunctionName"] for f in functions.list_functions()["Functions"] if "registrar" in f["FunctionName"]]
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
    assert "FunctionError" not in answer
    content: dict[str, object] = json.load(answer["Payload"])
    return content


def test_a_repeated_command_changes_nothing(stack: Stack) -> None:
    key, label = new_key(Role.VENDOR), f"repeated {tag()}"
    fields = {"key_prefix": key[:7], "key_hash": hash_of(key).hex()}
    for _ in range(2):
        answer = registrar(stack, command="create_key", role="vendor", vendor_id="VEND001", label=label, **fields)
        assert answer == {"created": True}
    [first] = key_ids(stack, label)
    new = new_key(Role.VENDOR)
    fields = {"key_prefix": new[:7], "key_hash": hash_of(new).hex()}
    for _ in range(2):
        assert registrar(stack, command="rotate_key", key_id=int(first), hours=1, **fields) == {"rotated": True}
    assert len(key_ids(stack, label)) == 2


def test_a_key_cannot_be_rotated_into_one_of_another_role(stack: Stack) -> None:
    label = f"no more than that {tag()}"
    run_key(stack, "create", "--vendor", "VEND001", "--label", label)
    number, key = int(key_ids(stack, label)[0]), new_key(Role.SUPPORT)
    fields = {"key_prefix": key[:7], "key_hash": hash_of(key).hex()}
    answer = registrar(stack, command="rotate_key", key_id=number, hours=1, **fields)
    assert answer == {"refused": f"There is no key {number} of this role that still works."}
    assert not opens(stack, key)


def test_what_cannot_be_done_is_said(stack: Stack) -> None:
    for arguments, message in (
        (("create", "--label", "x"), "either --vendor or --support"),
        (("create", "--vendor", "NOBODY", "--label", "x"), "no vendor NOBODY"),
        (("rotate", "999999"), "no key 999999"),
        (("revoke", "999999"), "no key 999999"),
    ):
        done = ops(stack, "key", *arguments)
        assert done.returncode == 2
        assert message in done.stderr


def test_a_vendor_is_added_once_gets_a_key_and_sends(stack: Stack) -> None:
    vendor = f"NEW-{tag()}"
    add = ("vendor", "add", vendor, "--name", "New & Co", "--email", "new@example.com")
    assert "is added" in ops(stack, *add).stdout
    assert "exists already, and was not changed" in ops(stack, *add).stdout
    ops(stack, "vendor", "add", f"LONG-{tag()}", "--name", "N" * 200, "--email", f"{'e' * 60}@{'x' * 60}.example.com")
    assert vendor in ops(stack, "vendor", "list").stdout
    key = run_key(stack, "create", "--vendor", vendor, "--label", "first")
    answer = httpx.get(f"{stack.api_url}/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["vendor_name"] == "New & Co"


def test_a_vendors_subscription_is_filtered_from_the_start(stack: Stack) -> None:
    vendor = f"NEW-{tag()}"
    address = f"{vendor}@example.com"
    added = ops(stack, "vendor", "add", vendor, "--name", "New", "--email", address, "--subscribe")
    assert added.returncode == 0, added.stderr
    sns = stack.aws("sns")
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=stack.description["topic_arn"])["Subscriptions"]
    [subscription] = [each["SubscriptionArn"] for each in subscriptions if each["Endpoint"] == address]
    filtered = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["FilterPolicy"]
    assert json.loads(filtered) == {"vendor_id": [vendor]}


def test_an_id_that_would_not_fit_the_bucket_is_refused(stack: Stack) -> None:
    refused = ops(stack, "vendor", "add", "../x", "--name", "X", "--email", "x@example.com")
    assert (refused.returncode, "vendor_id" in refused.stderr) == (2, True)


def test_a_category_is_added_once_whatever_its_capitals(stack: Stack) -> None:
    name = f"Kites {tag()}"
    assert "is added" in ops(stack, "category", "add", name).stdout
    assert "exists already" in ops(stack, "category", "add", name.upper()).stdout
    assert name in ops(stack, "category", "list").stdout
