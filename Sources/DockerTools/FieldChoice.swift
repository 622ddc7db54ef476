// Which fields of its rows a call wants: names separated by commas.
import JSON

/// The fields that an argument names.
struct FieldChoice: Sendable {
    /// In the order in which they were named, each once.
    let fields: [String]

    /// A name that stands for several fields.
    struct Section: Sendable {
        let name: String
        let fields: [String]
    }

    /// What an argument may name.
    struct Known: Sendable {
        /// Fields of a row, in its order.
        let fields: [String]
        var sections: [Section] = []
        /// All of them for a message.
        let words: String

        func fields(named name: String) -> [String]? {
            sections.first { $0.name == name }?.fields ?? (fields.contains(name) ? [name] : nil)
        }
    }

    /// Throws `invalid_argument` for a name that is not known.
    init(_ text: String, of parameter: Parameter, among known: Known) throws(CallFailure) {
        var fields: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            guard let named = known.fields(named: name) else {
                throw .invalidArgument(
                    "\(parameter.name) names \(Arguments.shown(.string(name))), which is not known.", hint: known.words)
            }
            for field in named where !fields.contains(field) { fields.append(field) }
        }
        self.fields = fields
    }

    func names(_ field: String) -> Bool { fields.contains(field) }

    /// Of `row` what is named here or in `kept`.
    func narrowed(_ row: JSONObject, keeping kept: [String]) -> JSONObject {
        JSONObject(row.lazy.filter { names($0.key) || kept.contains($0.key) }.map { ($0.key, $0.value) })
    }
}
