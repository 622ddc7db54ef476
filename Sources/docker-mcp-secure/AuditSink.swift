// Where the audit trail is written: standard error, or the end of a file.
import ArgumentParser
import DockerTools
import JSON
import NIOConcurrencyHelpers
import SafeText
import Settings

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum AuditSink {
    /// The trail that the settings ask for; nil for none. Ends the program when its file can't be opened: calls without a trail are not what was asked for.
    static func trail(_ settings: Settings) throws -> AuditTrail? {
        switch settings.audit {
        case .none: return nil
        case .standardError: return AuditTrail { Streams.note($0.text) }
        case .file(let path):
            let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
            guard descriptor >= 0 else {
                let reason = Streams.reason(errno)
                Streams.note(
                    "\(Product.name): \(settings.name(of: "SECURITY_AUDIT_FILE"))=\(SafeText.line(path)): can't be opened: \(reason); name a file that this user may write."
                )
                throw ExitCode.validationFailure
            }
            let hasFailed = NIOLockedValueBox(false)
            return AuditTrail { record in
                guard !Streams.write(record.text + "\n", to: descriptor) else { return }
                let reason = Streams.reason(errno)
                let isFirst = hasFailed.withLockedValue { hasFailed in
                    defer { hasFailed = true }
                    return !hasFailed
                }
                if isFirst {
                    Streams.note("\(Product.name): the audit file can't be written (\(reason)); records follow here.")
                }
                Streams.note(record.text)
            }
        }
    }
}
