// What is wrong with a file of the TLS options.

/// One file of the TLS options that is no good; found before anything is connected.
public struct TLSFileError: Error, Hashable, Sendable {
    /// What the file is for.
    public enum Role: Hashable, Sendable {
        /// The authorities that we trust.
        case authority
        /// Our certificate.
        case certificate
        /// The key of our certificate.
        case key
    }

    /// What is wrong with it.
    public enum Problem: Hashable, Sendable {
        /// There is no such file.
        case missing
        /// This user may not read it.
        case forbidden
        /// It is a folder.
        case folder
        /// It is no file that can be read: a device, a socket; or the system's words.
        case unreadable(String)
        /// It is larger than this many bytes.
        case tooLarge(limit: Int)
        /// It holds nothing.
        case empty
        /// It holds bytes that are not text: DER or PKCS #12, most likely.
        case binary
        /// It is text without a PEM block of the kind that is needed; those that it has instead.
        case wrongContents(found: [String])
        /// It has the right PEM block, and that can't be decoded.
        case damaged
        /// The key can only be used with a passphrase.
        case encrypted
        /// The key is not the one of this certificate.
        case mismatch(certificate: String)
        /// A key is set, and no certificate.
        case certificateNotSet
    }

    /// What the file is for.
    public let role: Role
    /// Its path, as set.
    public let path: String
    /// What is wrong.
    public let problem: Problem

    /// An error of these parts.
    public init(_ role: Role, _ path: String, _ problem: Problem) {
        self.role = role
        self.path = path
        self.problem = problem
    }
}
