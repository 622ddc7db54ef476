// Which names promise a secret. Looked at for each `name=value` of a log, so it works on bytes.

enum SecretName {
    /// A name that holds one of these promises a secret, wherever it stands in it.
    private static let anywhere: [[UInt8]] = [
        "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "AUTH", "DSN", "PRIVATE", "COOKIE",
        "SIGNATURE",
    ].map { Array($0.utf8) }
    private static let firstLetters = Set(anywhere.map { $0[0] })

    /// A longer name is none, and looking through it would take its time.
    private static let longest = 256

    /// Whether a variable, label or flag of this name holds a secret, in any case of its letters.
    static func isOne(_ name: some Collection<UInt8>) -> Bool {
        let upper = name.prefix(longest).map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
        return upper.indices.contains { index in
            firstLetters.contains(upper[index]) && anywhere.contains { holds(upper, $0, at: index) }
        } || isShortWord(upper)
    }

    private static func holds(_ name: [UInt8], _ word: [UInt8], at index: Int) -> Bool {
        guard name[index...].starts(with: word) else { return false }
        // AUTHOR and AUTHORS are people; AUTHORIZATION is a secret.
        let rest = name[index...]
        return !(rest.starts(with: "AUTHOR".utf8) && !rest.starts(with: "AUTHORI".utf8))
    }

    /// PASS, PW, and PWD beside another word: PWD alone is the working directory.
    private static func isShortWord(_ name: [UInt8]) -> Bool {
        let parts = name.split { !SecretScanner.isWord($0) || $0 == UInt8(ascii: "_") }
        return parts.contains { part in
            isPassword(part) || part.elementsEqual("PW".utf8)
                || (part.elementsEqual("PWD".utf8) && parts.count > 1)
        }
    }

    /// PASS and PWD at a word's end: DBPASS, MYSQLPWD; but not COMPASS, BYPASS, OLDPWD.
    private static func isPassword(_ word: some Collection<UInt8>) -> Bool {
        let text = String(decoding: word, as: UTF8.self)
        if ["COMPASS", "BYPASS", "TRESPASS", "SURPASS", "OLDPWD", "PWD"].contains(text) { return false }
        return text.hasSuffix("PASS") || text.hasSuffix("PWD")
    }
}
