// Everything that is told to libcurl about a transfer.
import CCurl

extension Transfer {
    /// Sets every option that differs from libcurl's defaults, and some that must never.
    ///
    /// `isOneOfMany`: so many run at once that a large buffer for each would count.
    func configure(useEnvironmentProxies: Bool, isOneOfMany: Bool) {
        configureProtocol(readSize: isOneOfMany ? Self.smallRead : Self.largeRead)
        configureRoute(useEnvironmentProxies: useEnvironmentProxies)
        configureTimes()
        configureReuse()
        if isProbe { configureProbe() }
        configureHeaders()
        configureCallbacks()
    }

    /// Bytes that are read at once: the larger, the quicker a long list comes. libcurl takes the buffer anew for each
    /// transfer, and the C library tidies all its memory up whenever 64 KiB or more come back.
    private static let (largeRead, smallRead) = (64 << 10, 16 << 10)

    private func configureProtocol(readSize: Int) {
        handle.setErrorBuffer()
        handle.setCloseOnExec()
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_FOLLOWLOCATION, 0)
        handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        handle.set(CURLOPT_HTTP09_ALLOWED, 1)  // refused by `receive(_:)`, which can then tell TLS from other bytes
        handle.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        handle.set(CURLOPT_BUFFERSIZE, readSize)
        handle.set(CURLOPT_QUICK_EXIT, 1)  // never wait for a name server when a transfer is removed
        switch request.method {
        case .get: handle.set(CURLOPT_HTTPGET, 1)
        case .head: handle.set(CURLOPT_NOBODY, 1)
        }
    }

    private func configureRoute(useEnvironmentProxies: Bool) {
        handle.set(CURLOPT_PATH_AS_IS, 1)
        switch request.route {
        case .unixSocket(let path):
            handle.set(CURLOPT_UNIX_SOCKET_PATH, path)
            handle.set(CURLOPT_URL, "http://localhost\(request.path)")
            ignoreProxies()
        case .tcp(let host, let port):
            handle.set(CURLOPT_URL, "http://\(Self.bracketed(host)):\(port)\(request.path)")
            configureRemote(useEnvironmentProxies: useEnvironmentProxies)
        case .tls(let host, let port, let options):
            let name = Self.bracketed(options.serverName ?? host)
            handle.set(CURLOPT_URL, "https://\(name):\(port)\(request.path)")
            if options.serverName != nil { handle.setConnectTo("\(name):\(port):\(Self.bracketed(host)):\(port)") }
            configureRemote(useEnvironmentProxies: useEnvironmentProxies)
            configureTLS(options)
        }
    }

    private static func bracketed(_ host: String) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    }

    private func configureRemote(useEnvironmentProxies: Bool) {
        // Keeps the way through routers open, and ends a stream whose way is gone after two minutes.
        handle.set(CURLOPT_TCP_KEEPALIVE, 1)
        handle.set(CURLOPT_TCP_KEEPIDLE, 30)
        handle.set(CURLOPT_TCP_KEEPINTVL, 10)
        // Longer than a minute, so that who asks once a minute finds the connection of the last time.
        handle.set(CURLOPT_MAXAGE_CONN, 100)
        if !useEnvironmentProxies { ignoreProxies() }
    }

    private func configureTLS(_ options: TLSOptions) {
        handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        handle.set(CURLOPT_SSL_VERIFYPEER, options.verifiesServer ? 1 : 0)
        handle.set(CURLOPT_SSL_VERIFYHOST, options.verifiesServer ? 2 : 0)
        // A resumed session would not be verified again; connections are kept, which saves more.
        handle.set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        handle.set(CURLOPT_CERTINFO, 1)
        if let authority = material?.authority {
            handle.set(CURLOPT_CAINFO_BLOB, authority)
            // The folder of the system's authorities would be asked beside ours.
            handle.clear(CURLOPT_CAPATH)
        }
        guard let identity = material?.identity else { return }
        handle.set(CURLOPT_SSLCERT_BLOB, identity)
        handle.set(CURLOPT_SSLKEY_BLOB, identity)
        // Without one OpenSSL would ask for the passphrase of an encrypted key at the terminal.
        handle.set(CURLOPT_KEYPASSWD, "")
    }

    /// Connections from before `notBefore` are not used again; libcurl counts their age in whole seconds.
    private func configureReuse() {
        guard let notBefore = request.notBefore else { return }
        let seconds = Int((SuspendingClock.now - notBefore).components.seconds)
        if seconds < 2 {
            handle.set(CURLOPT_FRESH_CONNECT, 1)
            // Nobody would use it in this time, and each of a tunnel's connections keeps a process.
            handle.set(CURLOPT_FORBID_REUSE, 1)
        } else {
            handle.set(CURLOPT_MAXLIFETIME_CONN, seconds - 1)
        }
    }

    private func configureProbe() {
        handle.set(CURLOPT_CONNECT_ONLY, 1)
        handle.set(CURLOPT_DEBUGDATA, Unmanaged.passUnretained(self).toOpaque())
        handle.setDebug { _, kind, bytes, count, user in
            Transfer.of(user)?.note(kind, UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
    }

    private func ignoreProxies() {
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOPROXY, "*")
    }

    /// Tells libcurl what is left of the time; again when connecting is tried again.
    func configureTimes() {
        let spent = ContinuousClock.now - startedAt
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, (request.connectTimeout - spent).milliseconds)
        // libcurl's own limit counts a paused or endless stream too; the driver bounds a stream's headers instead.
        guard !isStream, let deadline = request.deadline else { return }
        handle.set(CURLOPT_TIMEOUT_MS, (deadline - spent).milliseconds)
    }

    private func configureHeaders() {
        handle.set(CURLOPT_USERAGENT, "docker-mcp-secure")
        // "Name;" is how libcurl is told to send an empty value; "Name:" would remove the header.
        handle.setHeaders(request.headers.map { $1.isEmpty ? "\($0);" : "\($0): \($1)" })
    }

    private func configureCallbacks() {
        let this = Unmanaged.passUnretained(self).toOpaque()
        handle.set(CURLOPT_PRIVATE, this)
        handle.set(CURLOPT_HEADERDATA, this)
        handle.set(CURLOPT_WRITEDATA, this)
        handle.set(CURLOPT_HEADERFUNCTION) { bytes, _, count, user in
            guard let transfer = Transfer.of(user) else { return -1 }
            return transfer.receive(headerLine: UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
        }
        handle.set(CURLOPT_WRITEFUNCTION) { bytes, _, count, user in
            guard let transfer = Transfer.of(user) else { return -1 }
            return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    /// The transfer behind a callback's user pointer.
    static func of(_ user: UnsafeMutableRawPointer?) -> Transfer? {
        user.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up; at least 1, since 0 means "the default" to libcurl, and what fits its clock.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        let parts = attoseconds / 1_000_000_000_000_000 + (attoseconds % 1_000_000_000_000_000 > 0 ? 1 : 0)
        return max(1, Int(seconds * 1000 + parts))
    }
}
