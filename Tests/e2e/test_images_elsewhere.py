"""Images of several engines in one answer: which have the same one, where a tag means another, and what docker CLI says of each."""

import contextlib
import io
import subprocess
import tarfile
import uuid

import pytest

from support.oracle import answer, seconds
from support.program import run

# The whole image of these tests is a file of its own content, so that the seeded images stay as they are.
SHARED, DRIFT, MIDDLE, CHILD = "e2e/shared:1", "e2e/drift:1", "e2e/middle:1", "e2e/child:1"


def docker(engine, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run(
        ["docker", "-H", f"unix://{engine.socket}", *arguments], input=given, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def layer(content: str) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        data = content.encode()
        entry = tarfile.TarInfo("content")
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    return archive.getvalue()


@pytest.fixture(scope="module")
def third(request, one, two):
    """Podman too, where it is installed."""
    with contextlib.suppress(pytest.skip.Exception):
        return [one, two, request.getfixturevalue("podman")]
    return [one, two]


@pytest.fixture(scope="module")
def images(third):
    """One image that all engines have, one tag that means another on each, and a layer between."""
    one = third[0]
    content = str(uuid.uuid4())
    docker(one, "import", "-c", "LABEL org.opencontainers.image.version=7", "-", SHARED, given=layer(content))
    archive = docker(one, "save", SHARED)
    for engine in third[1:]:
        docker(engine, "load", given=archive)
    for engine in third:
        docker(engine, "import", "-", DRIFT, given=layer(content + engine.socket))
    docker(one, "import", "-c", 'CMD ["/content"]', "-", MIDDLE, given=layer(content + "middle"))
    container = docker(one, "create", MIDDLE).decode().strip()
    docker(one, "commit", container, CHILD)
    docker(one, "rm", container)
    docker(one, "rmi", MIDDLE)
    yield
    for engine in third:
        names = [SHARED, DRIFT] + ([CHILD] if engine is one else [])
        for name in names:
            docker(engine, "rmi", "--force", name)


@pytest.fixture
def everywhere(third):
    """All engines as one deployment, and the engines by the names of their sources."""
    names = ["one", "two", "pod"][: len(third)]
    endpoints = ",".join(f"{name}=unix://{engine.socket}" for name, engine in zip(names, third, strict=True))
    return {"DOCKER_SOURCES": endpoints}, dict(zip(names, third, strict=True))


def common(tag: str) -> str:
    for prefix in ("docker.io/library/", "docker.io/", "localhost/"):
        if tag.startswith(prefix):
            return tag.removeprefix(prefix)
    return tag


def familiar(reference: str) -> str:
    """docker CLI leaves Docker Hub's address out, which Podman's answers have."""
    return reference.removeprefix("docker.io/library/").removeprefix("docker.io/")


def inspected(engine) -> list[dict]:
    """Every image that `docker images` shows, in full."""
    ids = dict.fromkeys(engine.docker("images", "--quiet", "--no-trunc").split())
    return engine.docker_json("image", "inspect", *ids)


def marks(image: dict) -> set[str]:
    return {image["Id"].removeprefix("sha256:")} | {
        digest.rpartition("@sha256:")[2] for digest in image["RepoDigests"] or []
    }


def expected(engines: dict) -> dict:
    """What is where, by comparing each image with each other."""
    all_images = [(name, image) for name, engine in engines.items() for image in inspected(engine)]
    rows = {}
    for name, image in all_images:
        tags = {common(tag) for tag in image["RepoTags"] or []}
        others = [(other, its) for other, its in all_images if other != name]
        rows[name, image["Id"].removeprefix("sha256:")[:12]] = (
            {other for other, its in others if marks(its) & marks(image)},
            {
                other
                for other, its in others
                if tags & {common(tag) for tag in its["RepoTags"] or []} and not marks(its) & marks(image)
            },
        )
    return rows


def test_elsewhere(images, everywhere):
    settings, engines = everywhere
    document = run("images", "--json", settings=settings).json
    ours = {(row["source"], row["id"]): (set(row["also_on"]), set(row["differs_on"])) for row in document["images"]}
    assert ours == expected(engines)
    shared = [row for row in document["images"] if any(common(tag) == SHARED for tag in row["tags"])]
    drift = [row for row in document["images"] if any(common(tag) == DRIFT for tag in row["tags"])]
    assert len(shared) == len(drift) == len(engines)
    for row in shared:
        assert set(row["also_on"]) == set(engines) - {row["source"]} and row["differs_on"] == []
    for row in drift:
        assert set(row["differs_on"]) == set(engines) - {row["source"]} and row["also_on"] == []


def test_pages_and_filters_compare_all(images, everywhere):
    settings, _ = everywhere
    whole = {(row["source"], row["id"]): row for row in run("images", "--json", settings=settings).json["images"]}
    cursor, paged = None, []
    while True:
        page = run("images", "--limit=2", *([f"--cursor={cursor}"] if cursor else []), "--json", settings=settings).json
        paged += page["images"]
        cursor = page.get("next_cursor")
        if cursor is None:
            break
    assert {(row["source"], row["id"]): row for row in paged} == whole and len(paged) == len(whole)
    for options in (["--name=E2E/"], ["--unused"], ["--no-unused"], ["--dangling"], ["--no-dangling", "--name=shop"]):
        rows = run("images", *options, "--json", settings=settings).json["images"]
        assert rows and all(whole[row["source"], row["id"]] == row for row in rows)


def test_text(images, everywhere):
    settings, engines = everywhere
    lines = run("images", "--name", "e2e/", settings=settings).out.splitlines()
    assert lines[0].split()[-1] == "ELSEWHERE"
    assert sum("= " in line for line in lines) == sum("≠ " in line for line in lines) == len(engines)
    assert all(len(line) < 120 for line in lines)


def test_names_and_uses(engine, images):
    rows = answer(engine, "images")["images"]
    for text in ("shop", "TEST", ":", "no-such", "localhost/"):
        named = answer(engine, "images", "--name", text)["images"]
        assert named == [row for row in rows if any(text.lower() in tag.lower() for tag in row["tags"])]
    used = {row["Image"].removeprefix("sha256:")[:12] for row in engine.docker_json("inspect", *engine.names())}
    assert {row["id"] for row in answer(engine, "images", "--no-unused")["images"]} == used
    assert {row["id"] for row in answer(engine, "images", "--unused")["images"]} == {row["id"] for row in rows} - used


def test_nothing_matches(both):
    for options, words in (
        (["--name", "nosuch"], 'name "nosuch"'),
        (["--name", "nosuch", "--unused", "--dangling"], 'name "nosuch", dangling, unused'),
    ):
        result = run("images", *options, settings=both)
        assert (result.code, result.out) == (0, "")
        there = len(run("images", "--json", settings=both).json["images"])
        assert result.err.strip() == f"no images match {words} on local, remote ({there} others exist there)"


@pytest.mark.parametrize("filters", [[], ["--filter", "dangling=true"], ["--filter", "dangling=false"]])
def test_rows_of_docker_images(engine, images, filters):
    """`docker images --digests --no-trunc`: a row for each tag and digest; ours is one for each image."""
    option = {"true": ["--dangling"], "false": ["--no-dangling"]}.get(filters[-1].partition("=")[2] if filters else "", [])
    ours = {row["id"]: row for row in answer(engine, "images", *option)["images"]}
    theirs = engine.docker_rows("images", "--digests", "--no-trunc", *filters)
    assert {row["ID"].removeprefix("sha256:")[:12] for row in theirs} == set(ours)
    for row in theirs:
        image = ours[row["ID"].removeprefix("sha256:")[:12]]
        if row["Tag"] != "<none>":
            assert f"{row['Repository']}:{row['Tag']}" in map(familiar, image["tags"])
        if row["Digest"] != "<none>":
            assert f"{row['Repository']}@{row['Digest']}" in map(familiar, image["digests"])
        assert human(image["size_bytes"], 3) == row["Size"]
        created = row["CreatedAt"].removesuffix(" UTC").replace(" +0000", "Z").replace(" ", "T")
        assert seconds(image["created_at"]) + "Z" == created


def test_layers_between_are_no_images(one, images):
    """`docker images --all` adds those that only stand below others; ours is the list without."""
    shown = set(one.docker("images", "--quiet").split())
    every = set(one.docker("images", "--quiet", "--all").split())
    assert every - shown, "the fixture makes one"
    assert {row["id"] for row in answer(one, "images")["images"]} == shown


def test_shared_size(engine, images):
    """What `docker system df --verbose` says; without the option no row has it, and never -1."""
    assert all("shared_size_bytes" not in row for row in answer(engine, "images")["images"])
    theirs = engine.docker_json("system", "df", "--verbose", "--format", "{{json .Images}}")
    shares = {row["ID"].removeprefix("sha256:")[:12]: row["SharedSize"] for row in theirs}
    rows = answer(engine, "images", "--shared-size")["images"]
    assert {row["id"]: human(row["shared_size_bytes"], 4) for row in rows} == shares


def human(size: int, digits: int) -> str:
    """As docker CLI writes it: decimal units, in some columns three digits and in others four."""
    value, unit = float(size), 0
    while value >= 1000:
        value, unit = value / 1000, unit + 1
    return f"{value:.{digits}g}{['B', 'kB', 'MB', 'GB'][unit]}"


def test_verdict(images, everywhere):
    settings, engines = everywhere
    names = list(engines)
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    same = run("image", SHARED, "--json", settings=settings).json
    assert same["verdict"] == "same" and len({row["full_id"] for row in same["images"]}) == 1
    assert [set(row["also_on"]) for row in same["images"]] == [set(names) - {name} for name in names]
    assert all(row["oci"] == {"version": "7"} for row in same["images"])
    lines = run("image", SHARED, settings=settings).out.splitlines()
    assert lines[:2] == [f"{SHARED} is the same image on {listed}.", ""]
    different = run("image", DRIFT, "--json", settings=settings).json
    assert different["verdict"] == "different" and len({row["full_id"] for row in different["images"]}) == len(names)
    lines = run("image", DRIFT, settings=settings).out.splitlines()
    assert lines[0] == f"{DRIFT} is not the same image on {listed}."
    for name, row, line in zip(names, different["images"], lines[1:], strict=False):
        assert line == f"  {name}: {row['id']} ({row['platform']}, built {row['created_at']})"
    only = run("image", CHILD, settings=settings).out.splitlines()
    assert only[0].startswith(f"{CHILD} is on one only; not on two")
    alone = run("image", f"one/{SHARED}", "--json", settings=settings).json
    assert "verdict" not in alone and "also_on" not in alone["images"][0]


def test_used_by(engine):
    """`docker ps --all --filter ancestor=...`, which also knows of images below; here there are none."""
    name = "localhost/busybox:test" if engine.is_podman else "busybox:test"
    row = answer(engine, "image", name)["images"][0]
    theirs = {
        inspected["Name"].removeprefix("/"): (inspected["Id"][:12], inspected["State"]["Status"])
        for inspected in engine.docker_json("inspect", *engine.names())
        if inspected["Image"].removeprefix("sha256:") == row["full_id"].removeprefix("sha256:")
    }
    assert {user["name"] for user in row["used_by"]} == set(theirs)
    assert [user["name"] for user in row["used_by"]] == sorted(theirs)
    assert all(user["id"] == theirs[user["name"]][0] for user in row["used_by"])
    assert row["containers"] == len(theirs)
