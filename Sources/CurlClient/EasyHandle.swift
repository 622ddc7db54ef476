// One libcurl easy handle and the memory that it refers to.
import CCurl

/// One easy handle, for one transfer. Loop thread only.
///
/// It is not used again, although a pool of them would save some microseconds: 7.88.1 remembers the last header line
/// even through `curl_easy_reset`, and writes to freed memory when the next reply starts with a folded line. The
/// connections, which are worth much more, belong to the multi handle.
final class EasyHandle {
    let raw: OpaquePointer
    /// Why an option was not taken, if one was not. The handle is then not to be used: a build of libcurl without unix
    /// sockets, say, would ask port 80 of this host instead.
    private(set) var refusal: CURLcode?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    init?() {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
        errorText = .allocate(capacity: ccurl_error_size)
        errorText.initialize(repeating: 0, count: ccurl_error_size)
    }

    deinit {
        curl_easy_cleanup(raw)
        curl_slist_free_all(headers)
        curl_slist_free_all(connectTo)
        errorText.deallocate()
    }

    /// What libcurl says of the failure: its text for this transfer, else the one for the code.
    func message(for code: CURLcode) -> String {
        errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(raw, option, value)) }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) { check(ccurl_set_string(raw, option, value)) }

    /// Takes away libcurl's own default.
    func clear(_ option: CURLoption) { check(ccurl_set_string(raw, option, nil)) }

    /// libcurl copies the bytes.
    func set(_ option: CURLoption, _ value: [UInt8]) {
        check(value.withUnsafeBytes { ccurl_set_blob(raw, option, $0.baseAddress, $0.count) })
    }

    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) { check(ccurl_set_pointer(raw, option, value)) }

    func set(_ option: CURLoption, _ value: @escaping ccurl_bytes_function) {
        check(ccurl_set_bytes_function(raw, option, value))
    }

    /// Child processes do not get its connections.
    func setCloseOnExec() { check(ccurl_set_close_on_exec(raw)) }

    func setDebug(_ value: @escaping ccurl_debug_function) {
        check(ccurl_set_debug_function(raw, value))
        set(CURLOPT_VERBOSE, 1)
    }

    /// Connects to another place than the URL names: `HOST:PORT:HOST:PORT`.
    func setConnectTo(_ entry: String) {
        guard let list = curl_slist_append(connectTo, entry) else { return check(CURLE_OUT_OF_MEMORY) }
        connectTo = list
        check(ccurl_set_list(raw, CURLOPT_CONNECT_TO, list))
    }

    /// Sends these lines; libcurl copies the texts, but not the list.
    func setHeaders(_ lines: [String]) {
        for line in lines {
            guard let longer = curl_slist_append(headers, line) else { return check(CURLE_OUT_OF_MEMORY) }
            headers = longer
        }
        check(ccurl_set_list(raw, CURLOPT_HTTPHEADER, headers))
    }

    func setErrorBuffer() { check(ccurl_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText)) }

    private func check(_ code: CURLcode) {
        if code != CURLE_OK, refusal == nil { refusal = code }
    }

    func integer(_ info: CURLINFO) -> Int {
        var value = 0
        ccurl_get_long(raw, info, &value)
        return value
    }

    func microseconds(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        ccurl_get_offset(raw, info, &value)
        return Int(value)
    }

    /// Nil when there is none, or an empty one.
    func string(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        ccurl_get_string(raw, info, &value)
        return value.flatMap { $0[0] == 0 ? nil : String(cString: $0) }
    }

    /// The certificates that the peer showed in this transfer's handshake, its own first; empty when there was none.
    var certificates: [PeerCertificate] {
        var info: UnsafeMutablePointer<curl_certinfo>?
        guard ccurl_get_certificates(raw, &info) == CURLE_OK, let info, info.pointee.num_of_certs > 0,
            let lists = info.pointee.certinfo
        else { return [] }
        return (0..<Int(info.pointee.num_of_certs)).map { index in
            var lines: [String] = [], entry = lists[index]
            while let line = entry {
                if let text = line.pointee.data { lines.append(String(cString: text)) }
                entry = line.pointee.next
            }
            return PeerCertificate(lines: lines)
        }
    }
}
