// What the tests of this module say again and again.
import CurlClient
import NIOConcurrencyHelpers
import TestSupport

extension FakeServer {
    /// The way to this server.
    var route: Route { port == 0 ? .unixSocket(path: socketPath) : .tcp(host: "127.0.0.1", port: port) }

    /// A request to this server, with a limit that only a failing test meets.
    func request(_ path: String = "/", method: HTTPRequest.Method = .get) -> HTTPRequest {
        HTTPRequest(method: method, route: route, path: path, connectTimeout: .seconds(60), deadline: .seconds(60))
    }
}

extension CurlClient {
    /// Why the request fails; nil when it does not.
    func failure(of request: HTTPRequest) async -> TransferError? {
        do throws(TransferError) {
            _ = try await send(request)
            return nil
        } catch { return error }
    }

    /// Why the stream has no head; nil when it has one.
    func streamFailure(of request: HTTPRequest) async -> TransferError? {
        do throws(TransferError) {
            _ = try await stream(request)
            return nil
        } catch { return error }
    }
}

extension HTTPStream {
    /// Everything that comes, and the error that ends it, if one does.
    func readAll() async -> (bytes: [UInt8], error: TransferError?) {
        var bytes: [UInt8] = []
        do throws(TransferError) {
            while let piece = try await next() { bytes += piece }
            return (bytes, nil)
        } catch { return (bytes, error) }
    }
}

extension TransferError {
    /// The case without its text, for those whose text is libcurl's.
    var kind: String { String("\(self)".prefix { $0 != "(" }) }
}

/// Lets a test hold a server back until it has seen enough.
final class Gate: Sendable {
    private let lock = ConditionLock(value: false)

    func open() {
        lock.lock()
        lock.unlock(withValue: true)
    }

    /// Blocks the calling thread; for servers only.
    func wait() {
        lock.lock(whenValue: true)
        lock.unlock()
    }
}
