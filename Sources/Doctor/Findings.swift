// What looking at the machine and its network gave; the steps are made from these values alone.
import CurlClient

/// What is at one path.
struct PathFinding: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case socket, missing
        /// A link that leads nowhere.
        case deadLink(target: String)
        /// Something else: "a file", "a folder".
        case other(String)
        /// It can't be told: a folder above it may not be entered, or the system's words.
        case hidden(String)
    }

    let path: String
    var kind: Kind
    /// Names, or numbers where there is no name; nil when nothing is there.
    var owner: String?
    var group: String?
    /// The permission bits alone, such as 0o660.
    var mode: UInt32?
    /// Whether this user may write to it, which connecting needs.
    var isWritable = false
    /// Whether the system's list of groups has this user in `group`, and whether this process is in it.
    var listsUser = false
    var processIsMember = false
}

/// A host's addresses.
enum NameFinding: Hashable, Sendable {
    case addresses([String])
    /// The resolver's words.
    case none(String)
    case timedOut(after: Duration)
}

/// How one address took a connection.
struct ConnectFinding: Hashable, Sendable {
    /// Nil for unix sockets.
    let address: String?
    let error: TransferError?
}

/// How far a TLS handshake came.
struct HandshakeFinding: Hashable, Sendable {
    var version: String?
    var cipher: String?
    /// The server's own certificate first.
    var chain: [PeerCertificate] = []
    var asksForClientCertificate = false
    var error: TransferError?
}

/// What the files of the TLS options are.
struct FilesFinding: Hashable, Sendable {
    /// The last moment of our certificate, in seconds since 1970; nil when there is none, or it can't be read.
    var notAfter: Int64?
    /// At most one of each half: the authority's, and ours with its key.
    var errors: [TLSFileError] = []
}
