// What may name a container or an image in a path.
import DockerEngine
import Testing

@Suite("Engine: references") struct ReferenceTests {
    private static let digest = "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849"

    @Test(
        "Containers",
        arguments: [
            "web", "/web", "0a", "a", "Web_1.2-x", "shop-web-1", "878ef3d7d7d7",
            "878ef3d7d7d7626efeab057acf7b1ade7fb7514ea0bffa2fe0b90059f412937a", "a..b",
            String(repeating: "a", count: 255),
        ])
    func containers(text: String) throws {
        let reference = try #require(ContainerReference(text))
        #expect(reference.text == (text.hasPrefix("/") ? String(text.dropFirst()) : text))
        #expect("\(reference)" == reference.text)
    }

    /// What names neither a container nor an image.
    private static let hostile = [
        "", " ", "/", "//", "//web", "../../x", "..", ".", "./x", "../x", "x/../y", "x/..", "x//y", "web/", "web\0",
        "\0", "web\n", "\nweb", "we\nb", "web\r", "we b", " web", "web ", "web?x=1", "web#x",
        "web%2f..", "%2e%2e", "web&x", "web;x", "web=x", "wéb", "ｗｅｂ", "web\u{200B}", "web\u{301}", "/\u{301}web", "🚀",
        "web'", "web\"", "web\\x", "web*", "$(x)", "`x`", "_web", "-web", ".web", "web\u{7F}",
        "http://host/x",
    ]

    @Test("Neither a container nor an image", arguments: hostile)
    func refused(text: String) {
        #expect(ContainerReference(text) == nil)
        #expect(ImageReference(text) == nil)
    }

    @Test("Too long", arguments: [(256, 513), (300, 600), (100_000, 100_000)])
    func tooLong(container: Int, image: Int) {
        #expect(ContainerReference(String(repeating: "a", count: container)) == nil)
        #expect(ImageReference(String(repeating: "a", count: image)) == nil)
    }

    @Test("An image's reference is no container's", arguments: ["shop/web", "busybox:test", "a@\(digest)", digest])
    func imagesOnly(text: String) {
        #expect(ContainerReference(text) == nil)
        #expect(ImageReference(text) != nil)
    }

    @Test(
        "What may be the beginning of an id",
        arguments: [
            ("878ef3d7d7d7", true), ("a", true), ("abc123", true), ("web", false), ("ABC", false), ("a_b", false),
            (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
        ])
    func identifiers(text: String, mayBe: Bool) {
        #expect(ContainerReference(text)?.mayBeIdentifier == mayBe)
    }

    @Test(
        "Images",
        arguments: [
            "busybox", "busybox:test", "busybox:1.36.1-musl", "shop/web:1.2", "team/sub/api",
            "registry.example:5000/team/api:2.0", "registry.example/api", "localhost/busybox:test", "localhost:5000/x",
            "localhost:5000/x:y",
            "127.0.0.1:5000/x", "[2001:db8::7]:5000/x:y", "Registry.Example/x", "a_b/c__d/e-f/g--h.i", "x:_tag",
            "x:Tag.1-2_3", "x:\(String(repeating: "t", count: 128))", "85dfc2672a91", "sha256:85dfc2672a91", digest,
            "busybox@\(digest)", "busybox:test@\(digest)", "registry.example:5000/team/api:2.0@\(digest)",
            "x@sha512:\(String(repeating: "0", count: 128))", String(repeating: "a", count: 255),
        ])
    func images(text: String) throws {
        #expect(try #require(ImageReference(text)).text == text)
    }

    @Test(
        "No images",
        arguments: [
            "Busybox", "team/Api", "x:", ":x", ":", "x:a b", "x:-a", "x:.a", "x:a/b:",
            "x:\(String(repeating: "t", count: 129))", "x::y", "x:a:b", "x/", "/x", "x@", "@\(digest)", "x@sha256",
            "x@sha256:", "x@sha256:abc", "x@md5:\(String(repeating: "0", count: 32))",
            "x@sha256:\(String(repeating: "0", count: 63))", "x@sha256:\(String(repeating: "0", count: 65))",
            "x@sha256:\(String(repeating: "A", count: 64))", "x@sha512:\(String(repeating: "0", count: 64))",
            String(repeating: "a", count: 256), "x/\(String(repeating: "a", count: 254)):1",
            "x@sha256:\(String(repeating: "g", count: 64))", "x@\(digest)@\(digest)",
            "x@:\(String(repeating: "0", count: 64))", "x:é", "a..b", "a.", "-a", "a-", "_a", "a/.b", "a/b_", "a___b",
            "a._b", "a.-b", ".../x", ":/x",
            "[]/x", "-:/x", "a.b:port/x", "registry.example:/x", "http://x/y", "x y", "x\n", "x:\0",
        ])
    func noImages(text: String) {
        #expect(ImageReference(text) == nil)
    }
}
