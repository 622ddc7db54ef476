// One libcurl easy handle and the memory that it writes its error text to; kept and used again.
import CCurl

/// One easy handle. Loop thread only.
final class EasyHandle {
    let raw: OpaquePointer
    /// Why an option was not taken, if one was not. The handle is then not to be used: a build of libcurl without unix
    /// sockets, say, would ask port 80 of this host instead.
    private(set) var refusal: CURLcode?
    private let errorText: UnsafeMutablePointer<CChar>

    init?() {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
        errorText = .allocate(capacity: ccurl_error_size)
        errorText.initialize(repeating: 0, count: ccurl_error_size)
    }

    deinit {
        curl_easy_cleanup(raw)
        errorText.deallocate()
    }

    /// Forgets all options; keeps the connections, which are the multi handle's.
    func reset() {
        curl_easy_reset(raw)
        errorText[0] = 0
        refusal = nil
    }

    /// What libcurl says of the failure: its text for this transfer, else the one for the code.
    func message(for code: CURLcode) -> String {
        errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(raw, option, value)) }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) { check(ccurl_set_string(raw, option, value)) }

    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) { check(ccurl_set_pointer(raw, option, value)) }

    func set(_ option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>) {
        check(ccurl_set_list(raw, option, value))
    }

    func set(_ option: CURLoption, _ value: @escaping ccurl_bytes_function) {
        check(ccurl_set_bytes_function(raw, option, value))
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
}
