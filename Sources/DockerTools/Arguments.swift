// The arguments of one call, checked against the tool's parameters.
import JSON
import SafeText

/// Arguments that have the names, types and ranges that the tool declares.
struct Arguments: Sendable {
    private let values: JSONObject

    /// Throws `invalid_argument` naming the argument, what is wrong with it, and what would be right.
    init(_ given: JSONObject, of parameters: [Parameter]) throws(CallFailure) {
        var checked = JSONObject()
        for (name, value) in given {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                throw .invalidArgument(
                    "There is no argument \(Self.shown(.string(name))).",
                    hint: parameters.isEmpty
                        ? "This tool takes no arguments."
                        : "The arguments are \(parameters.map(\.name).joined(separator: ", ")).")
            }
            // Models often write null for "not given".
            if value.isNull { continue }
            if let problem = parameter.problem(with: value) {
                throw .invalidArgument("\(name) \(problem).", hint: parameter.description)
            }
            checked[name] = value
        }
        for parameter in parameters where parameter.isRequired && checked[parameter.name] == nil {
            throw .invalidArgument("\(parameter.name) is missing.", hint: parameter.description)
        }
        values = checked
    }

    /// What was given by this name.
    subscript(name: String) -> JSON? { values[name] }

    func text(_ parameter: Parameter) -> String? { values[parameter.name]?.string }

    func boolean(_ parameter: Parameter) -> Bool? {
        if case .boolean(let standard) = parameter.kind { return values[parameter.name]?.bool ?? standard }
        return nil
    }

    func integer(_ parameter: Parameter) -> Int? { values[parameter.name]?.wholeNumber }

    /// A foreign value as an error message may repeat it.
    static func shown(_ value: JSON) -> String {
        SafeText.shortened(Secrets.masked(SafeText.line(value.text)), to: 60)
    }
}
