// Cuts a stream of bytes into lines, with a bound on what one line may hold.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Lines end with `\n` or `\r\n`; empty ones are left out. Of a line that is too long nothing is kept.
struct LineFramer {
    enum Event: Equatable {
        case line([UInt8])
        /// Said once for each line that is longer than the limit, as soon as it is.
        case tooLong
    }

    private static let newline = UInt8(ascii: "\n")
    let maximumLineBytes: Int
    private var pending: [UInt8] = []
    private var isSkipping = false

    init(maximumLineBytes: Int) { self.maximumLineBytes = maximumLineBytes }

    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ body: (Event) -> Void) {
        var rest = bytes
        while let base = rest.baseAddress, let end = memchr(base, Int32(Self.newline), rest.count) {
            let length = base.distance(to: UnsafeRawPointer(end))
            take(UnsafeRawBufferPointer(rebasing: rest[..<length]), body)
            endLine(body)
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
        take(rest, body)
    }

    /// The input has ended: what stands there without a newline is a line too.
    mutating func finish(_ body: (Event) -> Void) { endLine(body) }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ body: (Event) -> Void) {
        guard !isSkipping else { return }
        guard pending.count + bytes.count <= maximumLineBytes else {
            isSkipping = true
            pending = []
            return body(.tooLong)
        }
        pending.append(contentsOf: bytes)
    }

    private mutating func endLine(_ body: (Event) -> Void) {
        isSkipping = false
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        guard !pending.isEmpty else { return }
        body(.line(pending))
        pending = []
    }
}
