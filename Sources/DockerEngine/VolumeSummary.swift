// One row of the engine's list of volumes.
import JSON

/// A volume as the list shows it (`GET /volumes`). The list does not say which containers mount it; theirs does.
public struct VolumeSummary: Hashable, Sendable {
    /// Its name; 64 hexadecimal digits when nobody named it.
    public let name: String
    /// Such as `local`.
    public let driver: String?
    /// Where it lies on the engine's host.
    public let mountpoint: String?
    /// `local` or `global`.
    public let scope: String?
    /// When it was made; nil when the driver does not say.
    public let createdAt: Timestamp?
    /// Labels by name.
    public let labels: [String: String]
    /// The driver's options by name, such as `type` and `device`; they may hold passwords of shares.
    public let options: [String: String]

    init(_ json: JSON) throws(ReplyError) {
        name = try json.required("Name", of: "a volume")
        driver = json.text("Driver")
        mountpoint = json.text("Mountpoint")
        scope = json.text("Scope")
        createdAt = json.time("CreatedAt")
        labels = json.labels("Labels")
        options = json.labels("Options")
    }

    /// Whether nobody gave it a name.
    public var isAnonymous: Bool {
        name.utf8.count == 64 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The `Volumes` of the reply, null for none.
    static func all(in json: JSON) throws(ReplyError) -> [VolumeSummary] {
        guard json.object != nil else { throw ReplyError("the volumes should be an object") }
        return try ReplyError.list(json["Volumes"] ?? .null, of: "volumes", VolumeSummary.init)
    }
}
