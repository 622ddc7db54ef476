// A thread for blocking system calls, so that none of Swift's pool ever waits in one.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum SystemThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `work` on a thread of its own that nobody joins, and that takes none of the process's signals.
    static func start(_ work: @escaping @Sendable () -> Void) throws(TunnelError) {
        let body = Unmanaged.passRetained(Body(work))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, Self.main, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw TunnelError(reason: TunnelSocket.reason(code))
        }
        pthread_detach(thread)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        var everySignal = sigset_t()
        sigfillset(&everySignal)
        pthread_sigmask(SIG_BLOCK, &everySignal, nil)
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
    }
}
