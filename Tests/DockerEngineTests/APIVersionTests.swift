// Which version both sides speak.
import DockerEngine
import Testing

@Suite("Engine: API versions") struct APIVersionTests {
    @Test(
        "Versions and their order",
        arguments: [("1.24", 1, 24), ("1.41", 1, 41), ("1.9", 1, 9), ("2.0", 2, 0), ("1.100", 1, 100)])
    func parsed(text: String, major: Int, minor: Int) throws {
        let version = try #require(APIVersion(text))
        #expect(version == APIVersion(major: major, minor: minor))
        #expect("\(version)" == text)
    }

    @Test(
        "Texts that are no version",
        arguments: [
            "", "1", "1.", ".41", "1.41.2", "v1.41", "1.-4", "-1.4", "a.b", "1.99999", "100.1", "1,41", " 1.41",
            "1.41 ", "1.4x", "1.٤", "+1.41", "1.+41", "1.41\n",
        ])
    func refused(text: String) {
        #expect(APIVersion(text) == nil)
    }

    @Test("By number, not by text")
    func order() {
        let sorted = ["2.0", "1.100", "1.9", "1.24", "1.41"].compactMap { APIVersion($0) }.sorted()
        #expect(sorted.map(\.description) == ["1.9", "1.24", "1.41", "1.100", "2.0"])
    }

    @Test(
        "The lower of both sides' newest; nothing below our oldest",
        arguments: [
            ("1.12", nil), ("1.23", nil), ("1.24", "1.24"), ("1.40", "1.40"), ("1.41", "1.41"), ("1.43", "1.43"),
            ("1.51", "1.51"), ("1.55", "1.55"), ("1.56", "1.56"), ("1.57", "1.56"), ("2.0", "1.56"), ("0.99", nil),
        ] as [(String, String?)])
    func negotiated(engine: String, agreed: String?) throws {
        #expect(APIVersion.negotiated(with: try #require(APIVersion(engine)))?.description == agreed)
    }
}
