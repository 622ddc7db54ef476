// What is written reads back the same: random documents, recorded ones, and hard strings.
import JSON
import TestSupport
import Testing

@Suite("JSON: writing") struct RoundTripTests {
    @Test("Random documents read back the same", arguments: UInt64(1)...40)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let value = RandomJSON.value(depth: 5, &generator)
            let text = value.text
            let parsed = try JSON(parsing: text)
            #expect(parsed == value)
            #expect(parsed.text == text)
            #expect(!value.bytes.contains { $0 < 0x20 })
        }
    }

    @Test("A random document with one byte changed is refused or read, never fatal", arguments: UInt64(1)...20)
    func mutated(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var bytes = RandomJSON.value(depth: 3, &generator).bytes
            guard let index = bytes.indices.randomElement(using: &generator) else { continue }
            bytes[index] = UInt8.random(in: 0...255, using: &generator)
            do throws(JSONError) {
                let value = try JSON(parsing: bytes)
                #expect(try JSON(parsing: value.bytes) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }

    @Test(
        "Engines' documents are written back byte for byte",
        arguments: [
            "20.10.24/containers-all", "20.10.24/inspect-db", "20.10.24/info", "20.10.24/stats-web",
            "podman-4.3.1/inspect-web",
        ])
    func recorded(name: String) throws {
        var original = try Fixture.bytes("engine/\(name).json")
        while original.last == UInt8(ascii: "\n") { original.removeLast() }
        #expect(try JSON(parsing: original).bytes == original)
    }

    @Test(
        "Strings are escaped as little as needed, and fit one line",
        arguments: [
            ("", #""""#), ("a\"b\\c/", #""a\"b\\c/""#), ("\n\r\t", #""\n\r\t""#),
            ("\u{0}\u{8}\u{C}\u{1F}\u{7F}", #""\u0000\u0008\u000c\u001f\u007f""#),
            ("é日🚀", "\"é日🚀\""), ("\u{2028}", "\"\u{2028}\""), ("\r\n", #""\r\n""#),
        ])
    func escapes(value: String, text: String) {
        #expect(JSON.string(value).text == text)
        #expect(JSON.object([value: .null]).text == "{\(text):null}")
    }

    @Test("Compact, in the order of the members")
    func compact() {
        let value: JSON = ["b": [1, -2, 2.5, nil, true, false, "x"], "a": ["z": [:], "y": []]]
        #expect(value.text == #"{"b":[1,-2,2.5,null,true,false,"x"],"a":{"z":{},"y":[]}}"#)
        var appended = Array("x:".utf8)
        value.write(into: &appended)
        #expect(appended == Array("x:".utf8) + value.bytes)
    }
}

/// Makes documents of any shape.
private enum RandomJSON {
    static func value(depth: Int, _ generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64(bitPattern: generator.next()))
        case 3: return .integer(Int64.random(in: -100...100, using: &generator))
        case 4:
            let value = Double(bitPattern: generator.next())
            return .number(value.isFinite ? value : 0.5)
        case 5: return .string(string(&generator))
        case 6:
            return .array(
                (0..<Int.random(in: 0...6, using: &generator)).map { _ in value(depth: depth - 1, &generator) })
        default:
            let members = (0..<Int.random(in: 0...20, using: &generator)).map { index in
                ("\(index)" + string(&generator), value(depth: depth - 1, &generator))
            }
            return .object(JSONObject(members))
        }
    }

    private static func string(_ generator: inout SeededGenerator) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let limit: UInt32 = [0x20, 0x80, 0x800, 0xFFFF, 0x10FFFF][Int.random(in: 0..<5, using: &generator)]
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
