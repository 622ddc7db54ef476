"""What we say of images is what the docker CLI says of the same engine, field by field."""

import pytest

from support.oracle import answer, milliseconds, on_engines, seconds, shown_env, without

IMAGES = ["busybox:test", "shop/web:1.2", "registry.example:5000/team/api:2.0", "shop/rich:1.0", "shop/layers:0.3"]


def test_images_list(engine):
    listed: dict[str, set] = {}
    for row in engine.docker_rows("images", "--no-trunc"):
        tags = listed.setdefault(row["ID"].removeprefix("sha256:")[:12], set())
        if row["Tag"] != "<none>":
            tags.add(f"{row['Repository']}:{row['Tag']}")
    rows = {row["id"]: row for row in answer(engine, "images")["images"]}
    assert {identifier: set(row["tags"]) for identifier, row in rows.items()} == listed
    users = [row["Image"].removeprefix("sha256:")[:12] for row in engine.docker_json("inspect", *engine.names())]
    for inspected in engine.docker_json("image", "inspect", *listed):
        row = rows[inspected["Id"].removeprefix("sha256:")[:12]]
        assert row["source"] == engine.name
        assert row["size_bytes"] == inspected["Size"]
        assert seconds(row["created_at"]) == seconds(inspected["Created"])
        assert row["dangling"] is (not inspected["RepoTags"])
        assert set(row["digests"]) == set(inspected["RepoDigests"] or [])
        assert row.get("containers", 0) == users.count(row["id"])


@pytest.mark.parametrize(("option", "filter_value"), [("--dangling", "true"), ("--no-dangling", "false")])
def test_dangling_images(engine, option, filter_value):
    listed = engine.docker("images", "--quiet", "--filter", f"dangling={filter_value}").split()
    assert {row["id"] for row in answer(engine, "images", option)["images"]} == set(listed)


def expected_image(inspected: dict) -> dict:
    config = inspected["Config"]
    return without(
        {
            "full_id": inspected["Id"],
            "tags": sorted(inspected["RepoTags"] or []),
            "digests": sorted(inspected["RepoDigests"] or []),
            "size_bytes": inspected["Size"],
            "created_at": milliseconds(inspected["Created"]),
            "os": inspected["Os"],
            "architecture": inspected["Architecture"],
            "author": inspected.get("Author"),
            "layers": inspected["RootFS"]["Layers"],
            "entrypoint": config.get("Entrypoint") or None,
            "command": config.get("Cmd") or None,
            "working_dir": config.get("WorkingDir"),
            "user": config.get("User"),
            "exposed_ports": sorted(config.get("ExposedPorts") or {}) or None,
            "volumes": sorted(config.get("Volumes") or {}) or None,
            "labels": config.get("Labels") or None,
            "health_check": (config.get("Healthcheck") or {}).get("Test"),
            "env": sorted(shown_env(entry) for entry in config.get("Env") or []) or None,
        }
    )


@pytest.mark.parametrize(("engine", "name"), on_engines(IMAGES, ["localhost/busybox:test"]), indirect=["engine"])
def test_image_info(engine, name):
    inspected = engine.docker_json("image", "inspect", name)[0]
    row = answer(engine, "image", name)["images"][0]
    flat = {
        **{field: value for field, value in row.items() if field in expected_image(inspected)},
        **row.get("config", {}),
    }
    if "env" in flat:
        flat["env"] = sorted((entry["name"], entry["value"]) for entry in flat["env"])
    for field in ("exposed_ports", "volumes", "tags", "digests"):
        if field in flat:
            flat[field] = sorted(flat[field])
    assert flat == expected_image(inspected)
    assert row["id"] == inspected["Id"].removeprefix("sha256:")[:12]
    history = engine.docker_rows("history", "--no-trunc", "--human=false", name)
    assert [
        (seconds(step["created_at"]), step["size_bytes"], step.get("created_by", ""), step.get("comment", ""))
        for step in row["history"]
    ] == [(seconds(step["CreatedAt"]), int(step["Size"]), step["CreatedBy"], step["Comment"]) for step in history]
