// The JSON Schema of the documents of the tools that look for what is wrong.
import JSON

extension DockerTool {
    static let topSchema = Schema.document(
        "Processes of containers.",
        [
            ("total!", Schema.integer("Processes.")),
            (
                "containers!",
                Schema.list(
                    of: Schema.object(
                        "A container.",
                        identity + [
                            ("titles!", Schema.texts("Names of the columns, as the host's ps gives them.")),
                            (
                                "processes!",
                                Schema.list(
                                    of: Schema.texts("A process: a cell each column."), "Processes; secrets masked.")
                            ),
                        ]), "Every container that the id means.")
            ),
        ])

    static let networksSchema = Schema.document(
        "Networks of all sources.",
        Schema.paging + [
            (
                "networks!",
                Schema.list(
                    of: Schema.object(
                        "A network.",
                        identity + [
                            ("driver", Schema.text("bridge, host, overlay, ...")),
                            ("scope", Schema.text("local or swarm.")),
                            ("internal!", Schema.boolean("Whether the outside can't be reached from it.")),
                            ("ipv6!", Schema.boolean("Whether it has IPv6 addresses.")),
                            ("subnets!", Schema.texts("Such as 172.18.0.0/16.")),
                            ("gateways", Schema.texts("Their gateways.")),
                            ("created_at", Schema.time("When it was made.")),
                            ("project", Schema.text("The compose project.")),
                            (
                                "containers!",
                                Schema.list(
                                    of: Schema.object(
                                        "A container.",
                                        [
                                            ("name!", Schema.text("Its name.")),
                                            ("ip", Schema.text("Its address there, while it runs.")),
                                        ]), "Who is in it, by name; stopped ones too.")
                            ), ("labels", Schema.labels("Labels.")),
                        ]), "The rows.")
            )
        ])

    static let volumesSchema = Schema.document(
        "Volumes of all sources.",
        Schema.paging + [
            (
                "volumes!",
                Schema.list(
                    of: Schema.object(
                        "A volume.",
                        [
                            ("source!", Schema.text("The source's name.")), ("name!", Schema.text("Its name.")),
                            ("driver", Schema.text("Such as local.")), ("scope", Schema.text("local or global.")),
                            ("mountpoint", Schema.text("Where it lies on the engine's host.")),
                            ("created_at", Schema.time("When it was made.")),
                            ("anonymous!", Schema.boolean("Whether nobody named it.")),
                            ("project", Schema.text("The compose project.")),
                            ("containers!", Schema.texts("Who mounts it, by name; stopped ones too.")),
                            ("labels", Schema.labels("Labels.")),
                            ("options", Schema.labels("The driver's options; secrets masked.")),
                        ]), "The rows.")
            )
        ])

    private static let diskFields: [(String, JSON)] = [
        ("type!", Schema.choice(["images", "containers", "volumes", "build_cache"], "What.")),
        ("total!", Schema.integer("How many.")), ("active!", Schema.integer("How many are in use.")),
        ("size_bytes!", Schema.integer("What all take on disk.")),
        ("reclaimable_bytes!", Schema.integer("What those take that nothing uses.")),
    ]

    static let diskUsageSchema = Schema.document(
        "Use of disks.",
        [
            (
                "usage!",
                Schema.list(
                    of: Schema.object(
                        "One kind of object on one source.",
                        [("source!", Schema.text("The source's name."))] + diskFields
                    ), "Four rows a source.")
            ),
            ("sums!", Schema.list(of: Schema.object("One kind of object.", diskFields), "All sources together.")),
        ])
}
