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

    static let eventsSchema = Schema.document(
        "What happened.",
        [
            ("total!", Schema.integer("Events before the limit.")),
            ("since!", Schema.time("The span's beginning.")), ("until!", Schema.time("The span's end.")),
            ("hidden_exec_events!", Schema.integer("Events of commands inside containers that were left out.")),
            (
                "events!",
                Schema.list(
                    of: Schema.object(
                        "An event.",
                        [
                            ("source!", Schema.text("The source's name.")),
                            ("time", Schema.time("When, by the engine's clock.")),
                            ("type!", Schema.text("container, image, network, volume, ...")),
                            ("action!", Schema.text("start, die, oom, health_status: unhealthy, pull, ...")),
                            ("id", Schema.text("The first 12 digits of the object's id.")),
                            ("name", Schema.text("The object's name.")),
                            ("image", Schema.text("The container's image.")),
                            ("project", Schema.text("The compose project.")),
                            ("service", Schema.text("The compose service.")),
                            ("exit_code", Schema.integer("What a container ended with.")),
                            ("signal", Schema.text("The signal that it was sent.")),
                            ("old_name", Schema.text("Its name before it was renamed.")),
                            ("container", Schema.text("The container that joined or left a network or volume.")),
                            ("reason", Schema.text("Why, where the engine says.")),
                            ("destination", Schema.text("Where a volume was mounted.")),
                        ]), "The oldest first.")
            ),
        ])

    static let findSchema = Schema.document(
        "What has a text somewhere.",
        [
            ("total!", Schema.integer("Hits before the limit.")),
            (
                "hits!",
                Schema.list(
                    of: Schema.object(
                        "An object.",
                        [
                            ("source!", Schema.text("The source's name.")),
                            ("kind!", Schema.choice(["container", "image", "network", "volume"], "What it is.")),
                            ("id!", Schema.text("The first 12 digits of its id.")), ("name", Schema.text("Its name.")),
                            ("state", Schema.text("A container's state.")),
                            (
                                "found_in!",
                                Schema.list(
                                    of: Schema.object(
                                        "A place.",
                                        [
                                            (
                                                "field!",
                                                Schema.text(
                                                    "name, id, image, port, label, env, command, mount, network, ip, tag, digest, subnet or mountpoint."
                                                )
                                            ), ("value!", Schema.text("What stands there; of env the name only.")),
                                        ]), "Where the text is.")
                            ),
                        ]), "Containers, then images, networks and volumes of each source.")
            ),
        ])

    static let problemsSchema = Schema.document(
        "What needs a person.",
        [
            ("total!", Schema.integer("Problems before the limit.")),
            (
                "counts!",
                Schema.object(
                    "Problems by severity.",
                    Problem.Severity.words.map { ("\($0)!", Schema.integer("So many.")) })
            ),
            ("examined_containers!", Schema.integer("Containers that were looked at.")),
            (
                "problems!",
                Schema.list(
                    of: Schema.object(
                        "A problem.",
                        [
                            ("source!", Schema.text("The source's name.")),
                            ("severity!", Schema.choice(Problem.Severity.words, "How soon to look.")),
                            ("problem!", Schema.choice(Problem.Code.codes, "What kind.")),
                            ("id", Schema.text("The container's id.")), ("name", Schema.text("The container's name.")),
                            ("evidence!", Schema.text("What shows it.")),
                            ("next!", Schema.text("What to ask or do next.")),
                        ]), "The gravest first.")
            ),
        ])

    private static let differences = Schema.list(
        of: Schema.object(
            "A field.",
            [
                ("field!", Schema.text("Which.")), ("left", Schema.text("Its value on the left; absent for none.")),
                ("right", Schema.text("Its value on the right; absent for none.")),
            ]), "What is not the same.")

    static let compareSchema = Schema.document(
        "How two sides differ.",
        [
            ("verdict!", Schema.choice(["same", "drift"], "Whether the containers are alike.")),
            ("summary!", Schema.text("The verdict as a sentence.")), ("left!", Schema.text("The left side.")),
            ("right!", Schema.text("The right side.")), ("engine!", differences),
            (
                "containers!",
                Schema.list(
                    of: Schema.object(
                        "A container of one or both sides.",
                        [
                            ("name!", Schema.text("Its name.")),
                            (
                                "result!",
                                Schema.choice(["same", "different", "only_left", "only_right"], "How it compares.")
                            ),
                            ("differences", differences),
                        ]), "By name.")
            ),
        ])

    static let servicesSchema = Schema.document(
        "Services of swarms.",
        [
            ("total!", Schema.integer("Services before the limit.")),
            (
                "services!",
                Schema.list(
                    of: Schema.object(
                        "A service.",
                        [
                            ("source!", Schema.text("The manager's source.")),
                            ("id!", Schema.text("The first 12 characters of its id.")),
                            ("name!", Schema.text("Its name.")),
                            ("mode!", Schema.text("replicated, global, replicated-job or global-job.")),
                            ("replicas_wanted!", Schema.integer("Tasks that should run.")),
                            ("replicas_running!", Schema.integer("Tasks that do.")),
                            ("image", Schema.text("The image of its tasks.")),
                            ("ports!", Schema.texts("As published->target/protocol.")),
                            ("stack", Schema.text("The stack that it belongs to.")),
                            ("updated_at", Schema.time("When it was last changed.")),
                            ("update_state", Schema.text("How its last update went.")),
                            (
                                "tasks!",
                                Schema.list(
                                    of: Schema.object(
                                        "A task.",
                                        [
                                            ("id!", Schema.text("The first 12 characters of its id.")),
                                            ("slot", Schema.integer("Its number.")),
                                            ("node", Schema.text("The node's name.")),
                                            ("state", Schema.text("running, pending, failed, ...")),
                                            ("desired_state", Schema.text("What the swarm wants of it.")),
                                            ("at", Schema.time("When it came into its state.")),
                                            ("error", Schema.text("Why it failed.")),
                                        ]), "Those that count, and the last failure of each slot.")
                            ),
                        ]), "By name.")
            ),
            (
                "nodes!",
                Schema.list(
                    of: Schema.object(
                        "A node.",
                        [
                            ("source!", Schema.text("The manager's source.")),
                            ("id!", Schema.text("The first 12 characters of its id.")),
                            ("name", Schema.text("Its host's name.")), ("role", Schema.text("manager or worker.")),
                            ("state", Schema.text("ready, down, unknown or disconnected.")),
                            ("availability", Schema.text("active, pause or drain.")),
                            ("leader!", Schema.boolean("Whether it leads the managers.")),
                            ("engine_version", Schema.text("Its engine's version.")),
                        ]), "Nodes of all swarms.")
            ),
        ])
}
