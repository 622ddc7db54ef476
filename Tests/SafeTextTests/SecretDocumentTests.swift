// An engine's document is masked in place: every secret goes, every other byte stays.
import JSON
import SafeText
import TestSupport
import Testing

@Suite("Secrets: documents") struct SecretDocumentTests {
    @Test(
        "Recorded documents keep all but their secrets byte for byte",
        arguments: [
            (
                "20.10.24/inspect-db",
                [
                    "POSTGRES_PASSWORD=hunter2-db": "POSTGRES_PASSWORD=[masked]",
                    "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "AWS_SECRET_ACCESS_KEY=[masked]",
                    "DATABASE_URL=postgres://app:s3cret@db:5432/shop": "DATABASE_URL=postgres://[masked]@db:5432/shop",
                ]
            ), ("20.10.24/inspect-limited", ["--token=tok-hunter2-limited": "--token=[masked]"]),
            ("20.10.24/inspect-web", [:]),
            ("20.10.24/inspect-crashed", [:]), ("20.10.24/inspect-tty", [:]), ("20.10.24/inspect-unhealthy", [:]),
            ("20.10.24/containers-running", ["--token=tok-hunter2-limited": "--token=[masked]"]),
            ("20.10.24/image-rich", [:]), ("20.10.24/image-busybox", [:]), ("20.10.24/image-layers-history", [:]),
            ("20.10.24/info", [:]), ("podman-4.3.1/inspect-web", [:]),
            ("podman-4.3.1/info", [:]), ("podman-4.3.1/image-busybox", [:]),
        ] as [(String, [String: String])])
    func recorded(name: String, secrets: [String: String]) throws {
        let original = try JSON(parsing: try Fixture.bytes("engine/\(name).json"))
        var expected = original.text
        for (secret, shown) in secrets {
            #expect(expected.contains(secret))
            expected = expected.split(separator: secret, omittingEmptySubsequences: false).joined(separator: shown)
        }
        #expect(Secrets.masked(document: original).text == expected)
    }

    @Test(
        "Where people choose the names, names count",
        arguments: [
            (
                ["Config": ["Labels": ["db.password": "x", "team": "y"]]],
                ["Config": ["Labels": ["db.password": "[masked]", "team": "y"]]]
            ),
            (
                ["HostConfig": ["LogConfig": ["Config": ["splunk-token": "x", "tag": "y"]]]],
                ["HostConfig": ["LogConfig": ["Config": ["splunk-token": "[masked]", "tag": "y"]]]]
            ),
            (["Options": ["key": "x"]], ["Options": ["key": "[masked]"]]),
            (["BuildArgs": ["TOKEN": "x"]], ["BuildArgs": ["TOKEN": "[masked]"]]),
            (
                ["SandboxKey": "/run/netns/1", "AuthConfig": "x", "KeyFile": "y"],
                ["SandboxKey": "/run/netns/1", "AuthConfig": "x", "KeyFile": "y"]
            ),
        ] as [(JSON, JSON)])
    func chosenNames(document: JSON, masked: JSON) {
        #expect(Secrets.masked(document: document) == masked)
    }

    @Test(
        "Lists of words and of variables",
        arguments: [
            (["Cmd": ["run", "--token", "x"]], ["Cmd": ["run", "--token", "[masked]"]]),
            (["Args": ["--token=x"]], ["Args": ["--token=[masked]"]]),
            (
                ["Entrypoint": ["sh", "-c", "export PASSWORD=x; run"]],
                ["Entrypoint": ["sh", "-c", "export PASSWORD=[masked]; run"]]
            ),
            (
                ["Healthcheck": ["Test": ["CMD", "curl", "http://u:p@h"]]],
                ["Healthcheck": ["Test": ["CMD", "curl", "http://[masked]@h"]]]
            ),
            (["Env": ["A=1", "TOKEN=x", "TOKEN", "TOKEN="]], ["Env": ["A=1", "TOKEN=[masked]", "TOKEN", "TOKEN="]]),
            (["Env": nil], ["Env": nil]), (["Cmd": nil], ["Cmd": nil]),
            (["Env": ["TOKEN=x", 7]], ["Env": ["TOKEN=[masked]", 7]]), (["Env": "TOKEN=x"], ["Env": "TOKEN=[masked]"]),
            (["OnBuild": ["ENV PASSWORD=x"]], ["OnBuild": ["ENV PASSWORD=[masked]"]]),
            (["CreatedBy": "ENV TOKEN=x PORT=1"], ["CreatedBy": "ENV TOKEN=[masked] PORT=1"]),
        ] as [(JSON, JSON)])
    func lists(document: JSON, masked: JSON) {
        #expect(Secrets.masked(document: document) == masked)
    }

    @Test("Shapes are masked at any depth; numbers, truth values and names stay")
    func anywhere() {
        let document: JSON = ["a": [["b": "https://u:p@h"], 1, 2.5, true, nil], "PASSWORD": 5, "ghp_name": "x"]
        #expect(
            Secrets.masked(document: document) == [
                "a": [["b": "https://[masked]@h"], 1, 2.5, true, nil], "PASSWORD": 5, "ghp_name": "x",
            ])
    }
}
