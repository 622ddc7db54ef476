// The bytes between a stream's transfer and its reader, with the mark that pauses the transfer.
import NIOConcurrencyHelpers

/// Hands bytes from the loop's thread to the reading tasks, and says when the transfer must pause.
///
/// An `AsyncStream` can't do it: it does not tell when its reader has taken something.
final class StreamBuffer: Sendable {
    typealias Reader = CheckedContinuation<Result<[UInt8]?, TransferError>, Never>

    /// Bytes held at most while nobody reads.
    static let mark = 256 << 10

    private struct State {
        var bytes: [UInt8] = []
        var readers: [Reader] = []
        var isPaused = false
        /// How the body ended, once it did; nil inside for a complete body.
        var end: Result<[UInt8]?, TransferError>?
    }

    private let state = NIOLockedValueBox(State())

    /// What became of a piece of the body.
    enum Acceptance { case taken, full, unwanted }

    /// Called by the transfer. After `.full` libcurl keeps the piece and gives it again once it is resumed.
    func write(_ piece: UnsafeRawBufferPointer) -> Acceptance {
        let (acceptance, reader, bytes) = state.withLockedValue { state -> (Acceptance, Reader?, [UInt8]) in
            if state.end != nil { return (.unwanted, nil, []) }
            if !state.readers.isEmpty { return (.taken, state.readers.removeFirst(), Array(piece)) }
            if !state.bytes.isEmpty, state.bytes.count + piece.count > Self.mark {
                state.isPaused = true
                return (.full, nil, [])
            }
            state.bytes.append(contentsOf: piece)
            return (.taken, nil, [])
        }
        reader?.resume(returning: .success(bytes))
        return acceptance
    }

    /// Called by the transfer when it is over: nil for a complete body. Bytes that have come stay readable.
    func finish(_ error: TransferError?) {
        let end: Result<[UInt8]?, TransferError> = if let error { .failure(error) } else { .success(nil) }
        let readers = state.withLockedValue { state -> [Reader] in
            if state.end == nil { state.end = end }
            defer { state.readers = [] }
            return state.readers
        }
        for reader in readers { reader.resume(returning: end) }
    }

    /// Called by a reader. True when it drained a full buffer: the transfer must then be resumed.
    func read(_ reader: Reader) -> Bool {
        let (answer, resume) = state.withLockedValue { state -> (Result<[UInt8]?, TransferError>?, Bool) in
            if !state.bytes.isEmpty {
                defer { (state.bytes, state.isPaused) = ([], false) }
                return (.success(state.bytes), state.isPaused)
            }
            if state.end == nil { state.readers.append(reader) }
            return (state.end, false)
        }
        if let answer { reader.resume(returning: answer) }
        return resume
    }

    /// Called by the reading side. False when the body had ended already.
    func cancel() -> Bool {
        let isNews = state.withLockedValue { state in
            guard state.end == nil else { return false }
            state.bytes = []
            state.end = .failure(.cancelled)
            return true
        }
        if isNews { finish(.cancelled) }
        return isNews
    }
}
