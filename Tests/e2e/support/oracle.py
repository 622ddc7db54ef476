"""Turns what the docker CLI says into what we should say: times cut, secrets masked, unknown fields absent."""

import re

from support.program import run

SECRET_NAME = re.compile("PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|DSN|PRIVATE", re.I)
SECRET_FLAG = re.compile(r"^(--token)=.*")
USER_INFO = re.compile(r"(?<=://)[^/@]+@")


def answer(engine, *arguments):
    result = run(*arguments, "--json", settings=engine.settings)
    assert result.code == 0, result.err
    document = result.json
    assert document["complete"] is True
    return document


def steady(status: str) -> str:
    """The engine's words without the numbers that pass with time."""
    return re.sub(r"(About an?|Less than an?|\d+) (second|minute|hour|day|week|month|year)s?", "TIME", status)


def seconds(time: str) -> str:
    """A time to the second: RFC 3339 with any fraction and UTC."""
    return re.sub(r"(\.\d+)?Z$", "", time)


def milliseconds(time: str) -> str:
    whole, _, fraction = time.rstrip("Z").partition(".")
    return f"{whole}.{fraction[:3]:0<3}Z"


def shown_env(entry: str) -> tuple[str, str]:
    name, _, value = entry.partition("=")
    return name, "[masked]" if SECRET_NAME.search(name) else USER_INFO.sub("[masked]@", value)


def shown_command(words: list[str]) -> list[str]:
    return [SECRET_FLAG.sub(r"\1=[masked]", word) for word in words]


def unlike_zero(time: str) -> bool:
    return not time.startswith("0001-")


def without(fields: dict) -> dict:
    """Fields that are unknown are absent."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def on_engines(docker: list[str], podman: list[str]) -> list[tuple]:
    """Each engine with each thing that it has."""
    return [(which, name) for which in ("one", "two") for name in docker] + [("podman", name) for name in podman]
