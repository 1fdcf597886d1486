"""The client takes the AWS CLI's words, and names those that it can't understand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from ..client import shorthand
from ..client.command import Command, read
from ..client.usage import UsageError

RULE = "events put-targets --rule r --targets"
FUNCTION = "lambda update-function-configuration --function-name f"


@pytest.fixture(scope="module")
def session() -> Session:
    """Models need no AWS."""
    return Session()


def asked(session: Session, line: str, *words: str) -> Command:
    """The command of a line, whose words are separated by single spaces, and of further words."""
    return read(session, [*line.split(" "), *words])


def refused(session: Session, line: str, *words: str) -> str:
    """What is said of a line that can't be understood."""
    with pytest.raises(UsageError) as wrong:
        asked(session, line, *words)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("line", "request_"),
    [
        ("iam get-user --user-name=a=b", {"UserName": "a=b"}),
        ("ssm put-parameter --name n --value v --overwrite", {"Name": "n", "Value": "v", "Overwrite": True}),
        ("ssm put-parameter --name n --value v --no-overwrite", {"Name": "n", "Value": "v", "Overwrite": False}),
        (f"{FUNCTION} --timeout 3", {"FunctionName": "f", "Timeout": 3}),
        (f"{FUNCTION} --layers", {"FunctionName": "f", "Layers": []}),
        (f"{FUNCTION} --layers a b", {"FunctionName": "f", "Layers": ["a", "b"]}),
        (f'{FUNCTION} --layers ["a","b"]', {"FunctionName": "f", "Layers": ["a", "b"]}),
        (
            f"{FUNCTION} --environment Variables={{A=b}}",
            {"FunctionName": "f", "Environment": {"Variables": {"A": "b"}}},
        ),
        (
            "sqs tag-queue --queue-url u --tags guard:hub=1/x,b=c",
            {"QueueUrl": "u", "Tags": {"guard:hub": "1/x", "b": "c"}},
        ),
        (f"{RULE} Id=a,Arn=b Id=c,Arn=d", {"Rule": "r", "Targets": [{"Id": "a", "Arn": "b"}, {"Id": "c", "Arn": "d"}]}),
        (f'{RULE} [{{"Id":"a"}}]', {"Rule": "r", "Targets": [{"Id": "a"}]}),
        (f'{RULE} {{"Id":"a"}} {{"Id":"b"}}', {"Rule": "r", "Targets": [{"Id": "a"}, {"Id": "b"}]}),
        (
            f"{RULE} Id=a,RetryPolicy={{MaximumRetryAttempts=2}}",
            {"Rule": "r", "Targets": [{"Id": "a", "RetryPolicy": {"MaximumRetryAttempts": 2}}]},
        ),
        ("cloudwatch put-metric-alarm --alarm-name a --threshold 1.5", {"AlarmName": "a", "Threshold": 1.5}),
        ("ec2 describe-instances --filters Name=n,Values=a,b", {"Filters": [{"Name": "n", "Values": ["a", "b"]}]}),
    ],
)
def test_words_become_the_models_types(session: Session, line: str, request_: dict[str, Any]) -> None:
    assert asked(session, line).parameters == request_


def test_files_are_read(session: Session, tmp_path: Path) -> None:
    text, body = tmp_path / "policy.json", tmp_path / "code.zip"
    text.write_text('{"a": "ä"}')
    body.write_bytes(b"\xff")
    policy = asked(session, "iam create-policy --policy-name p --policy-document", f"file://{text}")
    assert policy.parameters["PolicyDocument"] == '{"a": "ä"}'
    code = asked(session, "lambda update-function-code --function-name f --zip-file", f"fileb://{body}")
    assert code.parameters["ZipFile"] == b"\xff"
    made = asked(session, "lambda create-function --function-name f --zip-file", f"fileb://{body}")
    assert made.parameters["Code"] == {"ZipFile": b"\xff"}
    put = asked(session, "s3api put-object --bucket b --key k --body", str(body))
    assert put.parameters["Body"] == b"\xff"


def test_a_body_goes_to_the_file_that_is_named(session: Session) -> None:
    invoke = asked(session, "lambda invoke --function-name f --payload {} out.json")
    assert (invoke.outfile, invoke.parameters["Payload"]) == ("out.json", b"{}")
    second = asked(session, "lambda invoke --function-name f --cli-binary-format raw-in-base64-out /dev/stdout")
    assert second.outfile == "/dev/stdout"
    assert asked(session, "s3api get-object out --bucket b --key k").outfile == "out"
    assert "the file for the answer's body is missing" in refused(session, "s3api get-object --bucket b --key k")


def test_a_waiter_takes_its_operations_parameters(session: Session) -> None:
    wait = asked(session, "lambda wait function-active-v2 --function-name f")
    assert (wait.waiter, wait.parameters) == ("function_active_v2", {"FunctionName": "f"})


def test_all_pages_are_asked_for_unless_one_is_named(session: Session) -> None:
    assert asked(session, "iam list-users --max-items 3").options == {"max-items": "3"}
    assert asked(session, "iam list-users").paging
    assert not asked(session, "iam list-users --no-paginate").paging
    assert not asked(session, "iam list-users --marker m").paging
    assert not asked(session, "s3api list-objects-v2 --bucket b --max-keys 1").paging


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("iam", "SERVICE OPERATION"),
        ("iamm list-users", "unknown service 'iamm'"),
        ("s3 cp a b", "S3's operations are s3api's"),
        ("iam list-userz", "iam has no operation 'list-userz'"),
        ("lambda wait for-ever", "lambda has no waiter 'for-ever'"),
        ("iam get-user --user u", "--user: GetUser has no such parameter; it has --user-name"),
        ("iam get-user --no-user-name", "--no-user-name: GetUser has no such parameter"),
        ("iam get-user --user-name", "--user-name: its value is missing"),
        ("iam get-user --user-name u v", "unexpected 'v'"),
        ("iam list-users --output text", "--output: there is only json"),
        (f"{FUNCTION} --timeout soon", "--timeout: 'soon' is not a number"),
        (f"{RULE} [{{", "--targets: '[{' is not JSON"),
        (f"{RULE} Name=a", "--targets: unknown key 'Name'; there are Id, Arn,"),
        (f"{RULE} Id={{A=b}}", "--targets: {'A': 'b'} is not a string"),
        (f"{RULE} a", "--targets: 'a': a key and = are missing at character 1"),
        ("iam create-policy --policy-document file:///no/such", "--policy-document: /no/such: No such file"),
    ],
)
def test_what_cannot_be_understood_is_named(session: Session, line: str, said: str) -> None:
    assert said in refused(session, line)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=b,c=d", {"a": "b", "c": "d"}),
        ("a=", {"a": ""}),
        ("a=b=c", {"a": "b=c"}),
        ("a=b,c,d=e", {"a": ["b", "c"], "d": "e"}),
        ("a=[b,c],d=e", {"a": ["b", "c"], "d": "e"}),
        ("a=[]", {"a": []}),
        ("a={b=c,d={e=f}},g=h", {"a": {"b": "c", "d": {"e": "f"}}, "g": "h"}),
        ("a='b,c',d=\"e}\"", {"a": "b,c", "d": "e}"}),
        (r"a=b\,c", {"a": "b,c"}),
        (r"a='it\'s'", {"a": "it's"}),
        ("a = b , c = d", {"a": "b", "c": "d"}),
        ("Arn=arn:aws:sqs:eu-west-1:1:q", {"Arn": "arn:aws:sqs:eu-west-1:1:q"}),
    ],
)
def test_shorthand_is_read_as_the_aws_cli_reads_it(text: str, value: dict[str, Any]) -> None:
    assert shorthand.parsed(text) == value


@pytest.mark.parametrize("text", ["a", "a=[b", "a={b=c", "a={b}", "a='b'c", "a=b,a=c", "=b"])
def test_broken_shorthand_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        shorthand.parsed(text)
