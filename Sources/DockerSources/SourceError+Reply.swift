// What an engine's refusal means: its status and its own words, cleaned and masked.
import CurlClient
public import DockerEngine
import JSON
import SafeText

extension SourceError {
    /// An answer whose status is not 2xx.
    init(status: Int, body: [UInt8], at label: SourceLabel) {
        let place = label.place
        let words = Self.words(in: body)
        let said = words.isEmpty ? "status \(status)" : "status \(status), \(words)"
        if status == 400, words.contains("HTTP request to an HTTPS server") {
            self.init(TransferError.tlsExpected, at: label)
            return
        }
        if status == 400, words.contains("client version") {
            self.init(
                .apiUnsupported, "\(place): \(words)",
                hint:
                    "This engine speaks no API version that we do (\(APIVersion.oldest) to \(APIVersion.newest)): update docker-mcp-secure or the engine."
            )
            return
        }
        switch status {
        case 401, 403, 407:
            self.init(
                .unauthorized, "\(place): the engine, or something before it, refused us: \(said).",
                hint: "Check the authorization plugin or proxy in front of the engine: GET requests must be allowed.")
        case 404:
            self.init(
                .notFound, "\(place): \(words.isEmpty ? "not found" : words)",
                hint: "List what is there, and check the name.")
        case 409:
            self.init(.conflict, "\(place): \(said)", hint: "Wait until the container's state changes, and ask again.")
        case 300..<400:
            self.init(
                .notDocker, "\(place): a redirect, which no Docker engine sends (\(said)).",
                hint: "Check the address: something else answers there. Redirects are never followed.")
        default:
            self.init(
                .engineError, "\(place): the engine failed: \(said)",
                hint: "Look at the engine's own log, and ask again.")
        }
    }

    /// A reply that can't be understood.
    public init(_ error: ReplyError, at label: SourceLabel) {
        self.init(
            .replyMalformed, "\(label.place): \(SafeText.line(error.reason)).",
            hint: "The engine, or a proxy before it, sent a broken answer: look at its log, and ask again.")
    }

    /// The engine's `{"message": …}`, or the beginning of whatever it sent; one line, masked.
    private static func words(in body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(4 << 10), as: UTF8.self)
        let said = (try? JSON(parsing: body))?["message"]?.string ?? text
        let line = Secrets.masked(SafeText.line(said)).split(separator: " ").joined(separator: " ")
        return SafeText.shortened(line, to: 300)
    }
}
