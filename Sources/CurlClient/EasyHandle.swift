// One libcurl easy handle and the memory that it writes its error text to; kept and used again.
import CCurl

/// One easy handle. Loop thread only.
final class EasyHandle {
    let raw: OpaquePointer
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
    }

    /// What libcurl says of the failure: its text for this transfer, else the one for the code.
    func message(for code: CURLcode) -> String {
        errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    func set(_ option: CURLoption, _ value: Int) { ccurl_set_long(raw, option, value) }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) { ccurl_set_string(raw, option, value) }

    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) { ccurl_set_pointer(raw, option, value) }

    func set(_ option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>) { ccurl_set_list(raw, option, value) }

    func set(_ option: CURLoption, _ value: @escaping ccurl_bytes_function) {
        ccurl_set_bytes_function(raw, option, value)
    }

    func setErrorBuffer() { ccurl_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText) }

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
