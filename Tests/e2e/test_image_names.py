"""Names of images of every legal and illegal form: the engine's own answer, or a refusal that says what is wrong."""

import json

import pytest

from support.engines import dual
from support.program import run

# The longest name that engines take, Docker Hub's address counted.
NAME = 255
FOUND = [
    "busybox:test",
    "docker.io/library/busybox:test",
    "docker.io/busybox:test",
    "index.docker.io/library/busybox:test",
    "library/busybox:test",
    "shop/rich:1.0",
    "docker.io/shop/rich:1.0",
    "registry.example:5000/team/api:2.0",
    "sha256:{hex}",
    "{hex}",
    "{hex:.12}",
    "{hex:.7}",
    "sha256:{hex:.12}",
]
NOT_FOUND = [
    "busybox",
    "busybox:TEST",
    "localhost/no-such:1",
    "registry.example:5001/team/api:2.0",
    "registry.example:5000/team/api",
    "localhost:5000/x",
    "x:99999/y",
    "a__b",
    "a--b/c",
    "{hex}/json",
    "shop/rich:" + "1" * 128,
    "a" * (NAME - len("docker.io/library/")),
    "shop/rich@sha256:" + "0" * 64,
    "shop/rich:1.0@sha256:" + "0" * 64,
    "shop/rich@sha384:" + "0" * 96,
    "shop/rich@sha512:" + "0" * 128,
    "sha256:abc",
    "sha256:" + "0" * 64,
    "sha256:" + "0" * 65,
    "f" * 64,
]
ILLEGAL = [
    "Busybox:test",
    "shop/Rich:1.0",
    "{HEX}",
    "busybox:",
    ":test",
    "busybox:test:test",
    "..",
    "../busybox:test",
    "shop/../rich:1.0",
    "./busybox:test",
    "/shop/rich:1.0",
    "shop//rich:1.0",
    "shop/rich:1.0/",
    ".shop/rich",
    "shop./rich",
    "shop/-rich",
    "a___b",
    "a_-b",
    "shop/rich:-1",
    "shop/rich:.1",
    "shop/rich:1/0:2.",
    "shop/rich:" + "1" * 129,
    "a" * 300,
    "a/" * 150 + "a",
    "a" * 601,
    "shop/rich@",
    "shop/rich@sha256:",
    "shop/rich@sha256:abc",
    "shop/rich@sha256:" + "0" * 63,
    "shop/rich@sha256:" + "0" * 65,
    "shop/rich@sha256:" + "A" * 64,
    "shop/rich@sha256:" + "g" * 64,
    "shop/rich@sha512:" + "0" * 64,
    "shop/rich@md5:" + "0" * 32,
    "shop/rich@" + "0" * 64,
    "@sha256:" + "0" * 64,
    "sha256:",
    "café:1",
    "图像:1",
    "ｂｕｓｙｂｏｘ:test",
    "busybox\u200b:test",
    "busybox:test ",
    " busybox:test",
    "shop/rich:1.0?x=1",
    "shop/rich:1.0#x",
    "shop/rich%3A1.0",
    "http://registry.example/team/api",
    "registry.example:port/x",
    "-x",
    "--help",
    "busybox:test\n",
    "busybox\t:test",
    "*",
    "shop/*:1.0",
    "local/",
    "local//busybox:test",
    "",
]


def filled(name: str, one) -> str:
    digits = one.docker("image", "inspect", "--format", "{{.Id}}", "shop/rich:1.0").strip().removeprefix("sha256:")
    return name.format(hex=digits, HEX=digits.upper()) if "{" in name else name


def asked(engine, name: str):
    return run("image", "--json", "--", name, settings=engine.settings)


@pytest.mark.parametrize("name", FOUND)
def test_found(one, name):
    name = filled(name, one)
    theirs = one.docker("image", "inspect", "--format", "{{.Id}}", name).strip()
    ours = asked(one, name)
    assert ours.code == 0, ours.err
    assert [row["full_id"] for row in ours.json["images"]] == [theirs]


@pytest.mark.parametrize("name", NOT_FOUND)
def test_not_found(engine, name, one):
    """Legal, and of no image: both kinds of engine say so, and it is no failure of the engine."""
    result = asked(engine, filled(name, one))
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("not_found: No image "), result.err
    assert "\nhint: docker_list_images" in result.err


@pytest.mark.parametrize("name", ILLEGAL)
def test_illegal(one, name):
    result = asked(one, filled(name, one))
    assert (result.code, result.out) == (64, "")
    first, _, hint = result.err.partition("\nhint: ")
    assert first.startswith("invalid_argument: image_id ") and hint.strip(), result.err
    assert "\n" not in first and len(result.err) < 600


def test_the_engine_never_hears_of_an_illegal_name(server):
    """Through MCP, too: a refusal, and the next call is answered."""
    for name in ILLEGAL:
        if "{" not in name:
            assert server.failure("docker_image_info", {"image_id": name}).startswith("invalid_argument: image_id"), name
    for value in (None, 1, True, ["busybox:test"], {"name": "busybox:test"}):
        assert "invalid_argument: image_id" in server.failure("docker_image_info", {"image_id": value})
    assert len(server.answer("docker_image_info", {"image_id": "busybox:test"})["images"]) == 2


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("busybox:test", ["local", "remote"]),
        ("local/busybox:test", ["local"]),
        ("remote/busybox:test", ["remote"]),
        ("remote/registry.example:5000/team/api:2.0", ["remote"]),
        ("local/docker.io/library/busybox:test", ["local"]),
    ],
)
def test_source_before_the_name(server, name, sources):
    images = server.answer("docker_image_info", {"image_id": name})["images"]
    assert [row["source"] for row in images] == sources


@pytest.mark.parametrize("name", ["nowhere/busybox:test", "local/local/busybox:test", "local/no-such:1"])
def test_source_that_is_none(server, name):
    """A first part that is no source belongs to the image's name."""
    assert server.failure("docker_image_info", {"image_id": name}).startswith("not_found: ")


def test_a_repository_named_like_a_source(both, one):
    """`local/x` means `x` on the source; the image of that name answers to its full address."""
    one.docker("tag", "shop/rich:1.0", "local/named-so:1")
    try:
        assert run("image", "local/named-so:1", settings=both).code == 1
        result = run("image", "docker.io/local/named-so:1", "--json", settings=both)
        assert [row["source"] for row in json.loads(result.out)["images"]] == ["local"]
    finally:
        one.docker("rmi", "local/named-so:1")


@pytest.mark.parametrize("given", [" ", "\n", "x" * 256, "a\tb"])
def test_texts_that_no_tag_has(one, given):
    result = run("images", f"--name={given}", "--json", settings=one.settings)
    if result.code == 64:
        assert result.err.startswith("invalid_argument: name ")
    else:
        assert given == " " and result.json["images"] == []


def test_dual_settings_name_both(one, two):
    """The hint of a name that is nowhere tells where it was looked for."""
    address = two.settings["DOCKER_HOST"].removeprefix("tcp://")
    result = run("image", "no-such:1", settings=dual(one.socket, address))
    assert result.err.startswith("not_found: No image no-such:1 on local, remote.")
