"""The AWS process: `ministack`, with its differences from AWS corrected as far as they matter here.

State: ministack saves only at shutdown, and copies everything first. For 100,000 staged records that takes 12 s of the
20 that a stop may last, and a `kill -9` loses everything but the bucket's files. Here records are encoded without
copies (2 s), and once the launcher has deployed, changes are saved every few seconds.

Access: ministack forgets assumed roles when it stops; here they are kept, because upload URLs that vendors have are
signed in one. It trusts every request that names the administrator's key; here the signature must be right. It accepts
unsigned headers with a presigned URL, ignores the response headers in URLs of versions, and fails on keys with line
breaks or characters that XML cannot hold; here these work as on AWS.

Mails: ministack keeps their text in memory. Here each mail becomes a file in the format of mail programs, IAM checks
the sender, and the addresses of AWS's mailbox simulator bounce and complain.

This runs as a file, not as a module, because the functions inherit the process's environment and must find their code
in their zip only.
"""

import copy
import importlib
import json
import os
import re
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

PAUSE = 2.0  # seconds between two saves of a service
SHARE_OF_TIME = 0.01  # encoding blocks everything else, so a large state is saved less often

ministack: Any = importlib.import_module("ministack.app")
iam: Any = importlib.import_module("ministack.core.iam_evaluator")
persistence: Any = importlib.import_module("ministack.core.persistence")
iam_actions: Any = importlib.import_module("ministack.core.iam_actions")
ses: Any = importlib.import_module("ministack.services.ses_v2")
s3: Any = importlib.import_module("ministack.services.s3")
sns: Any = importlib.import_module("ministack.services.sns")
sts: Any = importlib.import_module("ministack.services.sts")
dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
_this_thread = threading.local()
_saving = threading.Lock()
_saved: dict[str, int] = {}


class CopiesUnlessSaving:
    """Replaces the module `copy` in ministack's DynamoDB."""

    copy = staticmethod(copy.copy)

    @staticmethod
    def deepcopy(value: Any, memo: dict[int, Any] | None = None) -> Any:
        return value if getattr(_this_thread, "is_saving", False) else copy.deepcopy(value, memo)


def save(services: dict[str, Callable[[], Any]]) -> None:
    """Saves the state of each service to its own file, if it has changed since the last save."""
    for name, get_state in services.items():
        with _saving:
            try:
                text = _encoded(name, get_state)
            except Exception:
                # It changed while it was encoded, or cannot be encoded; the others are saved all the same.
                ministack.logger.exception("The state of %s was not saved", name)
                continue
            if text is not None and _saved.get(name) != hash(text):
                _write(Path(persistence.STATE_DIR) / f"{name}.json", text)
                _saved[name] = hash(text)


def save_from_time_to_time(may_begin: Path) -> None:
    """Runs in a thread. Saves nothing before the deployment is complete, because half of one would be useless."""
    due: dict[str, float] = {}
    while True:
        time.sleep(PAUSE / 4)
        if not may_begin.exists():
            continue
        for name, get_state in ministack._build_persistence_save_dict().items():
            begin = time.monotonic()
            if begin >= due.get(name, 0):
                save({name: get_state})
                end = time.monotonic()
                due[name] = end + max(PAUSE, (end - begin) / SHARE_OF_TIME)


def keep_sessions(path: Path) -> None:
    """Keeps the sessions of assumed roles beyond a stop or a kill, in a file that is read at the next start."""
    if path.exists():
        sts._sessions |= json.loads(path.read_text(encoding="utf-8"))
    register = sts.register_session

    def keeping(access_key: str, session: dict[str, Any]) -> None:
        register(access_key, session)
        if "Expiration" in session:  # sessions of functions have none, and are the same after every start
            _write(path, json.dumps({key: each for key, each in list(sts._sessions.items()) if "Expiration" in each}))

    sts.register_session = keeping


def check_the_administrator() -> None:
    """Has requests with the administrator's key checked like those with any other key."""
    pin = iam.pin_signed_request
    nobody_is_exempt = {**vars(iam), "_is_root_key": lambda _: False}
    ministack.pin_signed_request = FunctionType(pin.__code__, nobody_is_exempt, pin.__name__, pin.__defaults__)


UNSIGNED_HEADER = "There were headers present in the request which were not signed"


def check_headers_of_signed_addresses() -> None:
    """Refuses a presigned request with an unsigned `x-amz-` header, as AWS does."""
    verify = s3._verify_presigned_sigv4

    def checking(method: str, path: str, headers: Any, query: Any) -> Any:
        if (refused := verify(method, path, headers, query)) is not None:
            return refused
        signed = s3._qp(query, "X-Amz-SignedHeaders", "").lower().split(";")
        unsigned = [name for name in headers if name.lower().startswith("x-amz-") and name.lower() not in signed]
        is_presigned = bool(s3._qp(query, "X-Amz-Signature", ""))
        return s3._error("AccessDenied", UNSIGNED_HEADER, 403, path) if is_presigned and unsigned else None

    s3._verify_presigned_sigv4 = checking


def match_any_key() -> None:
    """Has `*` in a policy match line breaks too, because keys may have some."""
    compile_pattern = iam._fnmatch_compile

    @cache
    def over_lines(pattern: str, ignore_case: bool) -> re.Pattern[str]:
        compiled = compile_pattern(pattern, ignore_case)
        return re.compile(compiled.pattern, compiled.flags | re.DOTALL)

    iam._fnmatch_compile = over_lines


def override_headers_of_versions() -> None:
    """Applies the response headers in a URL also for one version of an object."""
    get = s3._get_object

    def overriding(bucket: str, key: str, headers: Any, query: Any = None) -> Any:
        status, answered, body = get(bucket, key, headers, query)
        if status == 200:
            s3._apply_response_overrides(answered, query or {})
        return status, answered, body

    s3._get_object = overriding


KEYS_IN_LISTINGS = ("Key", "Prefix", "Delimiter", "KeyMarker", "NextKeyMarker")


def list_any_key() -> None:
    """Lists versions with encoded keys on request, because keys may have characters that XML cannot hold."""
    list_versions, write = s3._list_object_versions, s3._xml_body

    def encoded(root: Any) -> Any:
        for element in root.iter():
            if element.tag in KEYS_IN_LISTINGS and element.text:
                element.text = s3._url_encode(element.text)
        s3.SubElement(root, "EncodingType").text = "url"
        return write(root)

    def listing(bucket: str, query: Any) -> Any:
        if s3._qp(query, "encoding-type", "") != "url":
            return list_versions(bucket, query)
        names = {**vars(s3), "_xml_body": encoded}
        return FunctionType(list_versions.__code__, names, list_versions.__name__)(bucket, query)

    s3._list_object_versions = listing


def note_permissions(log: Path) -> None:
    """Logs which role used which statement and what it was refused, each once, to show what a policy needs.

    A line is `{"role", "action", "statement"}`, or `{"role", "action", "refused"}` with the resource.
    """
    lines_written: set[str] = set()

    def note(principal: str, action: str, **how: str) -> None:
        role = principal.partition("assumed-role/")[2].partition("/")[0]
        line = json.dumps({"role": role, "action": action, **how})
        if role and line not in lines_written:
            lines_written.add(line)
            with log.open("a", encoding="utf-8") as lines:
                lines.write(line + "\n")

    evaluate, enforce = iam.evaluate, iam.enforce

    def noting_use(request: Any, *policies: Any) -> Any:
        result = evaluate(request, *policies)
        if result.decision == "Allow":
            note(request.principal_arn, request.action, statement=result.matched_sid)
        return result

    def noting_refusal(access_key: str, action: str, *rest: Any, resource_arn: str = "*", **more: Any) -> Any:
        refused = enforce(access_key, action, *rest, resource_arn=resource_arn, **more)
        if isinstance(refused, iam.EvalResult):
            note(refused.principal_arn, action, refused=resource_arn)
        return refused

    iam.evaluate, iam.enforce = noting_use, noting_refusal


SEND_MAIL = ("POST", "/v2/email/outbound-emails")
SIMULATOR = "simulator.amazonses.com"
BOUNCE, COMPLAINT = "bounce", "complaint"


def keep_mails(folder: Path) -> None:
    """Writes every accepted mail to the folder, and publishes its events."""
    folder.mkdir(exist_ok=True)
    handle = ses.handle_request

    async def keeping(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        answer = await handle(method, path, headers, body, query)
        if (method, path) == SEND_MAIL and answer[0] == 200:
            mail_request, message_id = json.loads(body), json.loads(answer[2])["MessageId"]
            mail = mime(mail_request, message_id)
            _write(folder / f"{time.time_ns()}-{message_id.partition('@')[0]}.eml", mail.as_string())
            publish_events(mail_request, message_id)
        return answer

    ses.handle_request = keeping


def mime(mail_request: Any, message_id: str) -> EmailMessage:
    """The message that SES makes of a simple mail. A line break inside a header is refused."""
    content = mail_request["Content"]["Simple"]
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))  # a folded link would be broken
    mail["From"], mail["To"] = mail_request["FromEmailAddress"], ", ".join(mail_request["Destination"]["ToAddresses"])
    mail["Subject"], mail["Date"], mail["Message-ID"] = content["Subject"]["Data"], formatdate(), f"<{message_id}>"
    for header in content.get("Headers", ()):
        mail[header["Name"]] = header["Value"]
    mail.set_content(content["Body"]["Text"]["Data"], cte="base64")
    mail.add_alternative(content["Body"]["Html"]["Data"], subtype="html", cte="base64")
    return mail


def publish_events(mail_request: Any, message_id: str) -> None:
    """Publishes bounces and complaints of the simulator's addresses to the topics of the configuration set."""
    destinations = ses._config_sets[mail_request["ConfigurationSetName"]].get("EventDestinations", {})
    for address in mail_request["Destination"]["ToAddresses"]:
        name, _, domain = address.partition("@")
        kind = name.partition("+")[0]
        if domain != SIMULATOR or kind not in (BOUNCE, COMPLAINT):
            continue
        people = [{"emailAddress": address}]
        what: dict[str, Any] = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": people}
        if kind == COMPLAINT:
            what = {"complaintFeedbackType": "abuse", "complainedRecipients": people}
        event = {
            "eventType": kind.capitalize(),
            kind: what,
            "mail": {"messageId": message_id, "destination": [address]},
        }
        for each in destinations.values():
            if kind.upper() in each["MatchingEventTypes"]:
                sns.publish_internal(each["SnsDestination"]["TopicArn"], json.dumps(event))


def name_senders() -> None:
    """Has IAM check the domain that a mail is sent from."""
    resource_of = iam_actions.extract_resource_arn

    def naming(service: str, method: str, path: str, headers: Any, body: bytes, query: Any, *where: str) -> Any:
        if service != "ses" or (method, path) != SEND_MAIL:
            return resource_of(service, method, path, headers, body, query, *where)
        region, account = where
        domain = parseaddr(json.loads(body)["FromEmailAddress"])[1].rpartition("@")[2]
        return f"arn:aws:ses:{region}:{account}:identity/{domain}"

    iam_actions.extract_resource_arn = naming


def _encoded(name: str, get_state: Callable[[], Any]) -> str | None:
    """The state as JSON, or None if the service was never used."""
    # Encoding is one call in C during which other threads rarely run, so records need no copy to stay unchanged.
    _this_thread.is_saving = True
    try:
        if (state := get_state()) is None:
            return None
        content = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
        return json.dumps(content, default=persistence._json_default)
    finally:
        _this_thread.is_saving = False


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    dynamodb.copy = CopiesUnlessSaving
    ministack.save_all = save
    note_permissions(Path(os.environ["PERMISSIONS_LOG"]))
    name_senders()
    check_the_administrator()
    check_headers_of_signed_addresses()
    override_headers_of_versions()
    list_any_key()
    match_any_key()
    keep_sessions(Path(os.environ["SESSIONS"]))
    keep_mails(Path(os.environ["MAILS"]))
    threading.Thread(target=save_from_time_to_time, args=(Path(os.environ["DEPLOYED_MARK"]),), daemon=True).start()
    ministack.main()
