// Reads a YAML file into a tree: one document, bounded, and without what makes YAML surprising (aliases, tags, duplicates).

/// A reading of one text.
struct YAMLReader {
    /// Values deeper than this are refused: no settings need them, and the tree is walked by recursion.
    static let maximumDepth = 32
    /// A file of 2,000 sources has some 30,000 values.
    static let maximumNodes = 200_000

    private var problems = ProblemList()
    private let text: UnsafeBufferPointer<UInt8>
    private var nodes = 0

    /// The document's root, nil for an empty file or one that is no YAML; and all that is wrong with it as YAML.
    static func read(_ bytes: [UInt8]) -> (root: ConfigNode?, problems: [PlacedProblem]) {
        // The mark that some editors put at the beginning.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        return bytes.withUnsafeBufferPointer { text in
            guard !text.isEmpty else { return (nil, []) }
            var reader = YAMLReader(text)
            var root: ConfigNode?
            do throws(PlacedProblem) {
                guard let events = YAMLEvents(text) else {
                    throw PlacedProblem(place: .start, text: "there is no memory to read it")
                }
                root = try reader.document(events)
            } catch {
                reader.problems.add(error)
            }
            return (root, reader.problems.all)
        }
    }

    private init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    private func next(_ events: borrowing YAMLEvents) throws(PlacedProblem) -> YAMLEvent {
        do throws(YAMLFault) { return try events.next() } catch { throw error.problem(in: text) }
    }

    private mutating func document(_ events: borrowing YAMLEvents) throws(PlacedProblem) -> ConfigNode? {
        var root: ConfigNode?
        while true {
            let event = try next(events)
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .documentStart:
                guard root == nil else {
                    throw PlacedProblem(
                        place: event.place,
                        text: "a second document begins; write all settings as one, without --- between them")
                }
            case .streamEnd: return root
            default: root = try node(event, events, depth: 1)
            }
        }
    }

    private mutating func node(
        _ event: YAMLEvent, _ events: borrowing YAMLEvents, depth: Int
    ) throws(PlacedProblem) -> ConfigNode {
        nodes += 1
        guard nodes <= Self.maximumNodes else {
            throw PlacedProblem(place: event.place, text: "it has more than \(Self.maximumNodes) values")
        }
        guard depth <= Self.maximumDepth else {
            throw PlacedProblem(place: event.place, text: "it is nested more than \(Self.maximumDepth) levels deep")
        }
        refuseExtras(event)
        switch event.kind {
        case .scalar(let text, let isPlain):
            return ConfigNode(value: .scalar(text, isPlain: isPlain), place: event.place)
        case .listStart:
            return ConfigNode(value: .list(try elements(events, depth + 1)), place: event.place)
        case .mappingStart:
            return ConfigNode(value: .mapping(try members(events, depth + 1)), place: event.place)
        default:
            problems.add(
                PlacedProblem(
                    place: event.place,
                    text: "an alias (*name) is not taken; write the value out where it is wanted"))
            return ConfigNode(value: .refused, place: event.place)
        }
    }

    private mutating func elements(_ events: borrowing YAMLEvents, _ depth: Int) throws(PlacedProblem) -> [ConfigNode] {
        var elements: [ConfigNode] = []
        while true {
            let event = try next(events)
            if event.kind == .listEnd { return elements }
            elements.append(try node(event, events, depth: depth))
        }
    }

    private mutating func members(
        _ events: borrowing YAMLEvents, _ depth: Int
    ) throws(PlacedProblem) -> [ConfigNode.Member] {
        var members: [ConfigNode.Member] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next(events)
            if event.kind == .mappingEnd { return members }
            let key = try node(event, events, depth: depth)
            let value = try node(try next(events), events, depth: depth)
            guard case .scalar(let text, _) = key.value else {
                if key.value != .refused {
                    problems.add(PlacedProblem(place: key.place, text: "a key is a word, not a list or a mapping"))
                }
                continue
            }
            if let line = lines[text] {
                problems.add(
                    PlacedProblem(
                        place: key.place, path: ConfigFile.shown(text),
                        text: "this key is there already, in line \(line); keep one of the two"))
                continue
            }
            lines[text] = key.place.line
            members.append(ConfigNode.Member(key: text, place: key.place, value: value))
        }
    }

    private mutating func refuseExtras(_ event: YAMLEvent) {
        if event.anchor != nil {
            problems.add(
                PlacedProblem(
                    place: event.place, text: "an anchor (&name) is not taken; write the value out where it is wanted"))
        }
        if event.tag != nil {
            problems.add(
                PlacedProblem(place: event.place, text: "a tag (!name) is not taken; write the value without it"))
        }
    }
}

extension YAMLFault {
    /// libyaml's words, and what usually is the reason.
    fileprivate func problem(in text: UnsafeBufferPointer<UInt8>) -> PlacedProblem {
        if let tab = tabInIndentation(text) {
            return PlacedProblem(place: tab, text: "a tab indents this line; YAML wants spaces, two a level")
        }
        if reason.contains("end of stream"), context.contains("quoted") {
            return PlacedProblem(place: contextPlace, text: "the quote that begins here is not closed")
        }
        let advice =
            switch reason {
            case "mapping values are not allowed in this context":
                "check the indentation, and put a text with a colon in it in quotes"
            case "did not find expected key", "did not find expected '-' indicator":
                "check the indentation: keys of one level stand in one column"
            case "could not find expected ':'": "write KEY: VALUE, with a space after the colon"
            case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
                "a list is written [a, b], a mapping {key: value}; one that begins before this is not closed"
            case "did not find expected node content": "a value is missing, or a [ or { is not closed"
            case "found character that cannot start any token":
                "put a text that begins with @, % or ` in quotes"
            case "control characters are not allowed": "remove the control character"
            case _ where reason.contains("UTF-8") || reason.hasPrefix("invalid Unicode"): "save the file as UTF-8"
            case _ where reason.contains("alias"): "put a text that begins with * or & in quotes"
            default: "put texts with special characters in quotes"
            }
        return PlacedProblem(place: place, text: "it is no YAML: \(reason); \(advice)")
    }

    private func tabInIndentation(_ text: UnsafeBufferPointer<UInt8>) -> FilePlace? {
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: place.line, omittingEmptySubsequences: false)
        guard place.line <= lines.count else { return nil }
        let indentation = lines[place.line - 1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return indentation.firstIndex(of: UInt8(ascii: "\t")).map {
            FilePlace(line: place.line, column: $0 - indentation.startIndex + 1)
        }
    }
}
