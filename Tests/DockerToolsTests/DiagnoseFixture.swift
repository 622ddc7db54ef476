// Replies that recorded ones are changed into, for what no engine here does on demand.
import JSON

@testable import DockerSources
@testable import DockerTools

extension JSON {
    /// The same with another value at a path of object members.
    func with(_ path: String..., value: JSON) -> JSON { changed(path[...], value) }

    private func changed(_ path: ArraySlice<String>, _ value: JSON) -> JSON {
        guard let key = path.first else { return value }
        var object = self.object ?? [:]
        object[key] = (object[key] ?? [:]).changed(path.dropFirst(), value)
        return .object(object)
    }
}

/// An engine with one container, whose inspect reply is what `change` makes of that of `web`.
func engine(named name: String = "local", _ change: (JSON) -> JSON) throws -> FixtureSource {
    let document = change(try Fixture.json("20.10.24/inspect-web.json"))
    let id = document["Id"]?.string ?? ""
    let row: JSON = [
        "Id": .string(id), "Names": [.string("/\(document["Name"]?.string?.dropFirst() ?? "")")],
        "Image": document["Config"]?["Image"] ?? "", "ImageID": document["Image"] ?? "",
        "State": document["State"]?["Status"] ?? "",
        "Created": 1_795_774_238, "Labels": document["Config"]?["Labels"] ?? [:],
    ]
    return FixtureSource(
        name,
        try .docker().with([
            "/containers/json": .json([row]), "/containers/json?all=0": .json([row]),
            "/containers/\(id)/json": .json(document),
            "/containers/\(document["Name"]?.string?.dropFirst() ?? "")/json": .json(document),
        ]))
}
