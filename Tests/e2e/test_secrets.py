"""No secret leaves: not in answers, not in errors, not in the audit trail, not in the log at its loudest."""

import json

import pytest

from support import fake_engine
from support.engines import eventually, quick, remote
from support.fake_engine import LOG_HEAD, FakeEngine, container_details, container_row, frame, reply
from support.program import run, serving

# What scripts/engines put into environments and commands.
SEEDED = ["hunter2", "s3cret", "wJalrXUtnFEMI"]
# Assembled, so that no scanner takes this file for a leak.
TOKENS = {
    "GitHub": "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "Slack": "xoxb-" + "123456789012-1234567890123-" + "AbCdEfGhIjKlMnOpQrStUvWx",
    "AWS key id": "AKIA" + "IOSFODNN7EXAMPLE",
    "JWT": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "Bearer": "Authorization: Bearer " + "abcdefghijklmnopqrstuvwxyz0123456789",
    "private key": "-----BEGIN RSA PRIVATE KEY-----" + "MIIEpAIBAAKCAQEA7secretbody",
    "URL": "https://deploy:" + "hunter2-url" + "@registry.example/path",
}


def secret_of(name: str) -> str:
    """The part that must not be seen."""
    text = TOKENS[name]
    return {"Bearer": text.split()[-1], "URL": "hunter2-url", "private key": "MIIEpAIBAAKCAQEA7secretbody"}.get(
        name, text
    )


def check(*outputs: str, secrets=SEEDED):
    for output in outputs:
        for secret in secrets:
            assert secret not in output, f"{secret} in {output[:2000]}"


@pytest.mark.parametrize("name", ["db", "limited"])
@pytest.mark.parametrize("options", [[], ["--json"], ["--full"], ["--full", "--json"]], ids=" ".join)
def test_inspect_command(both, name, options):
    result = run("inspect", name, *options, settings=both)
    assert result.code == 0
    check(result.out, result.err)
    assert "[masked]" in result.out


@pytest.mark.parametrize("options", [[], ["--json"], ["--detail", "--json"], ["--detail"]], ids=" ".join)
def test_containers_command(both, options):
    result = run("containers", *options, settings=both)
    assert result.code == 0
    check(result.out, result.err)


def test_every_tool_with_debug_logging(both):
    """Answers, audit lines and the log at its loudest."""
    with serving({**both, "LOG_LEVEL": "debug"}) as server:
        for arguments in ({}, {"detail": True}):
            server.call("docker_list_containers", arguments)
        for name in ("db", "limited"):
            for format in ("text", "json"):
                result = server.call("docker_inspect", {"container_id": name, "full": True, "format": format})
                assert "[masked]" in json.dumps(result)
            server.call("docker_logs", {"container_id": name})
            server.call("docker_stats", {"container_id": f"local/{name}"})
        server.call("docker_image_info", {"image_id": "busybox:test"})
        server.call("docker_connection_status")
        server.end_input()
        check(server.stderr, *(line.decode() for line in server.lines))


def test_greeting_is_not_masked(both):
    """Only what looks secret is."""
    assert "hello" in run("inspect", "db", settings=both).out


@pytest.mark.parametrize(
    ("tool", "argument"),
    [
        ("docker_inspect", "container_id"),
        ("docker_image_info", "image_id"),
        ("docker_list_containers", "source"),
        ("docker_list_containers", "state"),
        ("docker_logs", "since"),
        ("docker_list_containers", "docker_host"),
        ("docker_logs", "password"),
    ],
)
@pytest.mark.parametrize("token", TOKENS)
def test_secret_as_an_argument(server, tool, argument, token):
    """It is repeated neither in the error nor in the audit trail."""
    seen = len(server.stderr.splitlines())
    needed = {"container_id": "web"} if tool == "docker_logs" else {}
    text = server.failure(tool, {**needed, argument: TOKENS[token]})
    audit = server.wait_for_stderr(lambda lines: len(lines) > seen)[seen:]
    check(text, *audit, secrets=[secret_of(token)])


def test_secret_in_docker_host():
    result = run("containers", settings={"DOCKER_HOST": "tcp://app:hunter2-db@127.0.0.1:2375", "LOG_LEVEL": "debug"})
    assert result.code == 64
    check(result.out, result.err)


@pytest.fixture
def leaky():
    """An engine whose containers carry a secret in every field that a person can write."""
    secrets = [secret_of(name) for name in TOKENS]
    everything = " ".join(text for name, text in TOKENS.items())
    env = [f"CONFIG_{index}={text}" for index, text in enumerate(TOKENS.values())]
    env += [
        "DB_PASSWORD=plain-secret-1",
        "api_key=plain-secret-2",
        "SENTRY_DSN=plain-secret-3",
        "MY_PRIVATE_THING=plain-secret-4",
    ]
    secrets += [f"plain-secret-{number}" for number in range(1, 8)]
    command = ["/bin/fake", "--password", "plain-secret-5", "--api-key=plain-secret-6", *TOKENS.values()]
    labels = {"app.secret": "plain-secret-7", "note": everything}
    details = container_details(Env=env, Labels=labels, Cmd=command)
    details |= {"Path": command[0], "Args": command[1:]}
    details["State"] |= {
        "Error": everything,
        "Health": {
            "Status": "unhealthy",
            "FailingStreak": 1,
            "Log": [
                {"Start": "2026-01-02T03:04:05Z", "End": "2026-01-02T03:04:06Z", "ExitCode": 1, "Output": everything}
            ],
        },
    }
    row = container_row(Labels=labels, Command=" ".join(command))
    stream = b"".join(
        frame(1 + index % 2, f"2026-01-02T03:04:05.{index}Z {text}\n") for index, text in enumerate(TOKENS.values())
    )
    replies = {
        "/containers/json": reply([row]),
        "/containers/(fake|c0ffee0*)/json": reply(details),
        "/containers/(fake|c0ffee0*)/logs": LOG_HEAD + stream,
        "/images/json": reply({"message": everything}, "500 Internal Server Error"),
    }
    with FakeEngine(replies) as engine:
        yield engine, secrets


LEAKS = [
    ["containers"],
    ["containers", "--detail"],
    ["inspect", "fake"],
    ["inspect", "fake", "--full"],
    ["logs", "fake"],
    ["images"],
]


@pytest.mark.parametrize("arguments", LEAKS, ids=" ".join)
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_known_shapes_in_every_field(leaky, arguments, option):
    engine, secrets = leaky
    result = run(*arguments, *option, settings={**remote(engine.address), "LOG_LEVEL": "debug"})
    assert result.code == (2 if arguments == ["images"] else 0), result.err
    check(result.out, result.err, secrets=secrets)


def test_log_lines_keep_the_rest(leaky):
    """Only the secret is masked: the words around it stay readable."""
    engine, _ = leaky
    lines = run("logs", "fake", "--json", settings=remote(engine.address)).json["lines"]
    assert len(lines) == len(TOKENS)
    assert any("registry.example/path" in line["text"] for line in lines)
    assert any(line["text"].startswith("Authorization:") for line in lines)


def test_secret_in_an_error_of_the_engine():
    message = "cannot pull https://deploy:hunter2-pull@registry.example/team: token " + TOKENS["GitHub"]
    with FakeEngine({"/containers/json": reply({"message": message}, "500 Internal Server Error")}) as engine:
        with serving({**quick(remote(engine.address)), "LOG_LEVEL": "debug"}) as server:
            text = server.failure("docker_list_containers")
            audit = server.wait_for_stderr(lambda lines: any('"tool_call"' in line for line in lines))
    check(text, *audit, secrets=["hunter2-pull", TOKENS["GitHub"]])


def test_fake_engine_is_reached(leaky):
    """These tests would pass on an empty answer; this one would not."""
    engine, _ = leaky
    row = eventually(lambda: run("inspect", "fake", "--json", settings=remote(engine.address)).json)["containers"][0]
    assert len(row["env"]) == len(TOKENS) + 4 and row["health"]["last_probes"]
    assert row["full_id"] == fake_engine.CONTAINER_ID
