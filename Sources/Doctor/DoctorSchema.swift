// The JSON Schema of the report; docs/schemas/doctor.v1.json holds the same, and a test compares.
public import JSON

extension Report {
    /// What `json` keeps to. Fields and words are only ever added.
    public static var schema: JSON {
        let outcomes = Step.Outcome.allCases.filter { $0 != .skipped }.map { JSON.string($0.rawValue) }
        return object(
            "What was found between this machine and each engine.",
            required: ["schema", "generated_at", "outcome", "verdict", "settings", "sources", "across"],
            [
                "schema": text("Name and version of this document's shape."),
                "generated_at": time("When the examination ended."),
                "outcome": ["type": "string", "enum": .array(outcomes), "description": "The worst of all steps."],
                "verdict": text("The same in one sentence."),
                "settings": list(of: step, "What flags, environment and files say."),
                "sources": list(
                    of: object(
                        "One source.", required: ["name", "kind", "endpoint", "outcome", "steps"],
                        [
                            "name": text("The source's name."),
                            "kind": [
                                "type": "string", "enum": ["local-socket", "remote-tcp", "remote-tls", "ssh"],
                                "description": "How it is reached.",
                            ],
                            "endpoint": text("Its address, without credentials."),
                            "outcome": [
                                "type": "string", "enum": .array(outcomes), "description": "The worst of its steps.",
                            ],
                            "steps": list(of: step, "From the nearest to the farthest."),
                        ]), "Every source that was examined, in configured order."),
                "across": list(of: step, "What concerns several sources."),
            ])
    }

    private static var step: JSON {
        let names = Step.Name.allCases.map { JSON.string($0.rawValue) }
        let outcomes = Step.Outcome.allCases.map { JSON.string($0.rawValue) }
        return object(
            "One step.", required: ["step", "outcome", "found"],
            [
                "step": ["type": "string", "enum": .array(names), "description": "What was examined."],
                "outcome": ["type": "string", "enum": .array(outcomes), "description": "How it went."],
                "found": text("What was found, in one line."),
                "code": text("A stable word for a warning or failure."),
                "time_ms": number("How long it took, in milliseconds."),
                "hints": list(of: ["type": "string"], "What to do next, one line each."),
                "paths": list(of: path, "With socket: each path that was looked at."),
                "addresses": list(of: ["type": "string"], "With resolve: the host's addresses."),
                "connections": list(of: connection, "With connect: each address."),
                "tls_version": text("With handshake: the version that both sides speak."),
                "cipher": text("With handshake: the cipher that both sides chose."),
                "asks_for_client_certificate": [
                    "type": "boolean", "description": "With handshake: whether the engine asked for ours.",
                ],
                "certificates": list(of: certificate, "With handshake: what the engine showed, its own first."),
                "command": list(of: ["type": "string"], "With ssh: what is run for each connection."),
                "least_ms": number("With latency: the quickest ping."),
                "median_ms": number("With latency: the one in the middle."),
                "most_ms": number("With latency: the slowest ping."),
                "engine": text("With version: Docker or Podman."), "version": text("With version: the engine's own."),
                "api_version": text("With version: the newest API that it speaks."),
                "negotiated_api": text("With version: the API that both sides speak."),
                "engine_id": text("With info: the engine's ID."),
                "host": text("With info: the host's name, as the engine sees it."),
                "groups": list(
                    of: ["type": "array", "items": ["type": "string"]], "With same_engine: sources that are one engine."
                ),
                "clocks": list(
                    of: object(
                        "One engine's clock.", required: ["source", "ahead_s"],
                        [
                            "source": text("The source's name."),
                            "ahead_s": number("Seconds ahead of this machine's clock; negative when behind."),
                        ]), "With clock: each engine's."),
            ])
    }

    private static var path: JSON {
        object(
            "One path.", required: ["path", "state"],
            [
                "path": text("The path."),
                "state": [
                    "type": "string", "enum": ["socket", "missing", "dead_link", "not_a_socket", "hidden"],
                    "description": "What is there.",
                ],
                "owner": text("Whose it is."), "group": text("Its group."), "mode": text("Its permissions, octal."),
            ])
    }

    private static var connection: JSON {
        object(
            "One connection.", required: ["address", "port"],
            [
                "address": text("Where to."), "port": ["type": "integer", "description": "The port there."],
                "code": text("Why there was none; absent when there was."),
            ])
    }

    private static var certificate: JSON {
        object(
            "One certificate.", required: ["subject", "issuer", "names"],
            [
                "subject": text("Whom it is for."), "issuer": text("Who signed it."),
                "names": list(of: ["type": "string"], "The hosts that it is for."),
                "not_before": time("Its first moment."), "not_after": time("Its last moment."),
            ])
    }

    private static func text(_ description: String) -> JSON {
        ["type": "string", "description": .string(description)]
    }

    private static func number(_ description: String) -> JSON {
        ["type": "number", "description": .string(description)]
    }

    private static func time(_ description: String) -> JSON {
        ["type": "string", "format": "date-time", "description": .string("\(description) RFC 3339, UTC.")]
    }

    private static func list(of element: JSON, _ description: String) -> JSON {
        ["type": "array", "items": element, "description": .string(description)]
    }

    private static func object(_ description: String, required: [String], _ properties: JSONObject) -> JSON {
        [
            "type": "object", "description": .string(description), "properties": .object(properties),
            "required": .array(required.map { .string($0) }),
        ]
    }
}
