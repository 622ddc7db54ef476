// The process's streams: whole writes, the terminal's width, and an end when nobody reads any more.
import DockerSources

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum Streams {
    /// A write to a closed pipe becomes an error instead of a signal.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Ends the program at once.
    ///
    /// `exit` would run the end of OpenSSL, which libcurl loads, while the thread that transfers may still be in it: a crash in one of
    /// some thousand runs. Nothing here needs what `exit` does beside that: all output is written without a buffer.
    static func end(_ code: Int32) -> Never {
        fflush(nil)
        SSHSource.endAll()
        _exit(code)
    }

    /// Writes `text` and a line break to standard output; ends the program quietly when nobody reads it any more.
    static func output(_ text: String) {
        guard write(text + "\n", to: STDOUT_FILENO) else {
            if errno == EPIPE { end(EXIT_SUCCESS) }
            note("standard output can't be written: \(reason(errno))")
            end(74)
        }
    }

    /// Writes `text` and a line break to standard error.
    static func note(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    /// Writes all of `text`; false, with `errno` set, when that fails.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Columns of the terminal on standard output; nil when it is none.
    static var outputWidth: Int? { terminalSize?.columns }

    /// The size of the terminal on standard output, 80 by 24 when it does not tell; nil when it is none.
    static var terminalSize: (columns: Int, rows: Int)? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    /// Whether a person, and not a client, is at standard input.
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// What the system says of an error number.
    static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
