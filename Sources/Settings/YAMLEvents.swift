// libyaml's events as Swift values: the one place that touches its parser.
import CYAML

/// One step through a YAML stream.
struct YAMLEvent {
    enum Kind: Hashable {
        case streamStart, streamEnd, documentStart, documentEnd, listEnd, mappingEnd
        case scalar(String, isPlain: Bool)
        case listStart, mappingStart
        case alias(String)
    }

    let kind: Kind
    let place: FilePlace
    /// `name` of `&name` before the value.
    var anchor: String?
    /// `!name` before the value.
    var tag: String?
}

/// Why a text is no YAML.
struct YAMLFault: Error {
    let place: FilePlace
    /// libyaml's own words, which quote nothing of the text.
    let reason: String
    /// What libyaml was reading, and since where.
    let context: String
    let contextPlace: FilePlace
}

/// The events of one text, as they are asked for: nothing is kept, and no alias is followed.
struct YAMLEvents: ~Copyable {
    // libyaml keeps pointers into its parser, so it stays at one address.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeBufferPointer<UInt8>

    /// The events of `bytes`, which must outlive this value; nil when there is no memory.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        self.bytes = bytes
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; after an error, or the end of the stream, it is not to be called again.
    func next() throws(YAMLFault) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { yaml_event_delete(&event) }
        let place = FilePlace(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, place: place)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, place: place)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, place: place)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .listEnd, place: place)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, place: place)
        case YAML_ALIAS_EVENT:
            return YAMLEvent(kind: .alias(Self.text(event.data.alias.anchor) ?? ""), place: place)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return YAMLEvent(
                kind: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), place: place,
                anchor: Self.text(scalar.anchor), tag: Self.text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let list = event.data.sequence_start
            return YAMLEvent(
                kind: .listStart, place: place, anchor: Self.text(list.anchor), tag: Self.text(list.tag))
        case YAML_MAPPING_START_EVENT:
            let mapping = event.data.mapping_start
            return YAMLEvent(
                kind: .mappingStart, place: place, anchor: Self.text(mapping.anchor), tag: Self.text(mapping.tag))
        // Also YAML_NO_EVENT, which libyaml gives after the end.
        default: return YAMLEvent(kind: .streamEnd, place: place)
        }
    }

    private var fault: YAMLFault {
        let found = parser.pointee
        let reason = found.problem.map { String(cString: $0) } ?? "out of memory"
        // A byte that is no text has an offset and no mark.
        let place =
            found.error == YAML_READER_ERROR
            ? FilePlace(ofByte: found.problem_offset, in: bytes) : FilePlace(found.problem_mark)
        return YAMLFault(
            place: place, reason: reason, context: found.context.map { String(cString: $0) } ?? "",
            contextPlace: FilePlace(found.context_mark))
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

extension FilePlace {
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }

    fileprivate init(ofByte offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        let before = bytes.prefix(offset)
        let line = before.lastIndex(of: UInt8(ascii: "\n")).map { before[before.index(after: $0)...] } ?? before
        self.init(
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            // Continuation bytes of UTF-8 are no characters of their own.
            column: line.count { $0 & 0xC0 != 0x80 } + 1)
    }
}
