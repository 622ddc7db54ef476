// The few values of X.509 certificates and private keys that are compared before libcurl gets them.

/// Reads one DER value after another (X.690). Sixteen lines of it are enough for what we look at.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next value; nil at the end, or when what follows is no DER.
    mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
        guard rest.count >= 2, let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7f)
            guard (1...4).contains(count), rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return (tag, rest.prefix(length))
    }

    /// The contents of the next value when it has this tag, else nil.
    mutating func next(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard let value = next(), value.tag == tag else { return nil }
        return value.content
    }

    static let integer: UInt8 = 0x02, bits: UInt8 = 0x03, octets: UInt8 = 0x04, identifier: UInt8 = 0x06
    static let utcTime: UInt8 = 0x17, generalizedTime: UInt8 = 0x18, sequence: UInt8 = 0x30
    /// The context's own tag [0] or [1], with a value inside.
    static let inner0: UInt8 = 0xa0, inner1: UInt8 = 0xa1
}

/// The half of a key pair that both its certificate and its private key tell.
enum PublicKey: Equatable {
    /// The modulus of an RSA key.
    case rsa(ArraySlice<UInt8>)
    /// The point of an elliptic-curve key, uncompressed.
    case curve(ArraySlice<UInt8>)

    private static let rsaIdentifier: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
    private static let curveIdentifier: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]

    /// Of a SubjectPublicKeyInfo (RFC 5280); nil for other kinds of keys.
    init?(info: ArraySlice<UInt8>) {
        var reader = DERReader(info)
        guard let algorithm = reader.next(DERReader.sequence), let bits = reader.next(DERReader.bits) else {
            return nil
        }
        var algorithmReader = DERReader(algorithm)
        guard let identifier = algorithmReader.next(DERReader.identifier) else { return nil }
        if identifier.elementsEqual(Self.rsaIdentifier) {
            var key = DERReader(bits.dropFirst())
            guard let numbers = key.next(DERReader.sequence) else { return nil }
            var numbersReader = DERReader(numbers)
            guard let modulus = numbersReader.next(DERReader.integer) else { return nil }
            self = .rsa(modulus)
        } else if identifier.elementsEqual(Self.curveIdentifier) {
            self.init(point: bits)
        } else {
            return nil
        }
    }

    /// Of a private key in a block of this label; nil when it does not tell, or for other kinds of keys.
    init?(privateKey bytes: [UInt8], label: String) {
        var outer = DERReader(bytes[...])
        guard let contents = outer.next(DERReader.sequence) else { return nil }
        switch label {
        case "RSA PRIVATE KEY": self.init(rsaKey: contents)
        case "EC PRIVATE KEY": self.init(curveKey: contents)
        case "PRIVATE KEY":
            var reader = DERReader(contents)
            guard reader.next(DERReader.integer) != nil, let algorithm = reader.next(DERReader.sequence),
                let octets = reader.next(DERReader.octets)
            else { return nil }
            var algorithmReader = DERReader(algorithm), keyReader = DERReader(octets)
            guard let identifier = algorithmReader.next(DERReader.identifier),
                let key = keyReader.next(DERReader.sequence)
            else { return nil }
            if identifier.elementsEqual(Self.rsaIdentifier) {
                self.init(rsaKey: key)
            } else if identifier.elementsEqual(Self.curveIdentifier) {
                self.init(curveKey: key)
            } else {
                return nil
            }
        default: return nil
        }
    }

    /// PKCS #1: version, modulus, and the rest.
    private init?(rsaKey: ArraySlice<UInt8>) {
        var reader = DERReader(rsaKey)
        guard reader.next(DERReader.integer) != nil, let modulus = reader.next(DERReader.integer) else { return nil }
        self = .rsa(modulus)
    }

    /// RFC 5915: version, the key, and perhaps the curve and the point.
    private init?(curveKey: ArraySlice<UInt8>) {
        var reader = DERReader(curveKey)
        guard reader.next(DERReader.integer) != nil, reader.next(DERReader.octets) != nil else { return nil }
        while let (tag, content) = reader.next() {
            guard tag == DERReader.inner1 else { continue }
            var inner = DERReader(content)
            guard let bits = inner.next(DERReader.bits) else { return nil }
            self.init(point: bits)
            return
        }
        return nil
    }

    /// The contents of a BIT STRING; a compressed point says too little to compare it.
    private init?(point bits: ArraySlice<UInt8>) {
        guard bits.first == 0, bits.dropFirst().first == 4 else { return nil }
        self = .curve(bits.dropFirst())
    }
}

/// What is read of a certificate of ours.
struct LocalCertificate: Equatable {
    /// Seconds since 1970, UTC; nil when they can't be read.
    let notBefore: Int64?, notAfter: Int64?
    /// Nil for kinds of keys that are not compared.
    let publicKey: PublicKey?

    /// Nil when the bytes are no certificate (RFC 5280).
    init?(_ bytes: [UInt8]) {
        var outer = DERReader(bytes[...])
        guard let certificate = outer.next(DERReader.sequence) else { return nil }
        var signed = DERReader(certificate)
        guard let body = signed.next(DERReader.sequence) else { return nil }
        var reader = DERReader(body)
        // The version is left out of version 1; then the serial number comes first.
        guard let first = reader.next() else { return nil }
        if first.tag == DERReader.inner0, reader.next(DERReader.integer) == nil { return nil }
        guard reader.next(DERReader.sequence) != nil, reader.next(DERReader.sequence) != nil,
            let validity = reader.next(DERReader.sequence), reader.next(DERReader.sequence) != nil,
            let key = reader.next(DERReader.sequence)
        else { return nil }
        var times = DERReader(validity)
        notBefore = times.next().flatMap(Self.seconds)
        notAfter = times.next().flatMap(Self.seconds)
        publicKey = PublicKey(info: key)
    }

    /// `YYMMDDHHMMSSZ` (1950 to 2049) or `YYYYMMDDHHMMSSZ`.
    private static func seconds(_ value: (tag: UInt8, content: ArraySlice<UInt8>)) -> Int64? {
        let digits = value.content.dropLast().compactMap { (0x30...0x39).contains($0) ? Int64($0 - 0x30) : nil }
        let yearLength = value.tag == DERReader.utcTime ? 2 : 4
        guard value.tag == DERReader.utcTime || value.tag == DERReader.generalizedTime,
            value.content.last == UInt8(ascii: "Z"), digits.count == value.content.count - 1,
            digits.count == yearLength + 10
        else { return nil }
        var year = digits[..<yearLength].reduce(0) { $0 * 10 + $1 }
        if yearLength == 2 { year += year < 50 ? 2000 : 1900 }
        let pairs = stride(from: yearLength, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        return CalendarDate.seconds(
            year: year, month: pairs[0], day: pairs[1], hour: pairs[2], minute: pairs[3], second: pairs[4])
    }
}
