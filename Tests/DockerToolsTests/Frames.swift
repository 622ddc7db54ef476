// Builds the engine's multiplexed log stream (Engine API, "Stream format" of ContainerAttach).

enum Frames {
    /// A frame for each text: 1 is standard output, 2 standard error.
    static func bytes(_ entries: [(stream: UInt8, text: String)]) -> [UInt8] {
        entries.flatMap { frame($0.stream, Array($0.text.utf8)) }
    }

    static func frame(_ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt32(payload.count)
        return [stream, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + payload
    }
}
