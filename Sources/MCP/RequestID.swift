// The id of a JSON-RPC request: a string or an integer, echoed as it came.
import JSON

/// A request's id. Fractions, null, objects and the rest are refused.
enum RequestID: Hashable, Sendable {
    case string(String), integer(Int64)

    init?(_ json: JSON) {
        switch json {
        case .string(let value): self = .string(value)
        case .integer(let value): self = .integer(value)
        default: return nil
        }
    }

    var json: JSON {
        switch self {
        case .string(let value): .string(value)
        case .integer(let value): .integer(value)
        }
    }
}
