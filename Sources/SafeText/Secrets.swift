// Which names promise a secret, and what is shown in place of one.
public import JSON

/// Masks values that must not leave: by the name they stand under, and by their own shape.
public enum Secrets {
    /// Stands where a secret was.
    public static let mask = "[masked]"

    /// Whether a variable, label or flag of this name holds a secret. Errs on the side of masking.
    public static func isSecret(name: String) -> Bool { SecretName.isOne(name.utf8) }

    /// `value` as it may be shown under `name`.
    public static func masked(_ value: String, name: String) -> String {
        value.isEmpty ? value : isSecret(name: name) ? mask : masked(value)
    }

    /// One `NAME=VALUE` of a container's environment, apart and masked.
    public static func variable(_ assignment: String) -> (name: String, value: String?, isMasked: Bool) {
        guard let equals = assignment.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (assignment, nil, false) }
        let name = String(assignment[..<equals])
        let value = String(assignment[assignment.utf8.index(after: equals)...])
        let shown = masked(value, name: name)
        return (name, shown, shown != value)
    }

    /// The words of a command line; the value of a secret-looking flag is masked, beside it or after it.
    public static func masked(command: [String]) -> [String] {
        var followsSecretFlag = false
        return command.map { word in
            let isFlag = word.utf8.first == UInt8(ascii: "-")
            if followsSecretFlag, !isFlag {
                followsSecretFlag = false
                return mask
            }
            let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
            let name = equals.map { String(word[..<$0]) } ?? word
            followsSecretFlag = isFlag && equals == nil && isSecret(name: name)
            guard equals != nil, !name.contains(where: \.isWhitespace), isSecret(name: name) else {
                return masked(word)
            }
            return name + "=" + mask
        }
    }
}

extension Secrets {
    /// An engine's document with every secret in it masked: variables, labels, options, command lines, and shapes anywhere.
    ///
    /// The names of Docker's own fields (`SandboxKey`, `AuthConfig`) are not taken for names of secrets; those that people choose are.
    public static func masked(document: JSON) -> JSON {
        masked(document, under: "")
    }

    private static let chosenNames: Set<String> = [
        "Labels", "Annotations", "Options", "DriverOpts", "LogOpts", "Config", "BuildArgs", "Sysctls", "DriverOptions",
    ]
    private static let commands: Set<String> = ["Cmd", "Args", "Entrypoint", "Command", "Test", "Shell"]

    private static func masked(_ value: JSON, under key: String) -> JSON {
        switch value {
        case .string(let text): return .string(masked(text))
        case .array(let elements):
            let texts = elements.compactMap(\.string)
            if key == "Env", texts.count == elements.count { return .array(texts.map { .string(assignment($0)) }) }
            if commands.contains(key), texts.count == elements.count {
                return .array(masked(command: texts).map { .string($0) })
            }
            return .array(elements.map { masked($0, under: key) })
        case .object(let members):
            let areChosen = chosenNames.contains(key)
            return .object(
                JSONObject(
                    members.lazy.map { name, member in
                        if areChosen, let text = member.string { return (name, .string(masked(text, name: name))) }
                        return (name, masked(member, under: name))
                    }))
        default: return value
        }
    }

    private static func assignment(_ text: String) -> String {
        let (name, value, _) = variable(text)
        return value.map { "\(name)=\($0)" } ?? name
    }
}
