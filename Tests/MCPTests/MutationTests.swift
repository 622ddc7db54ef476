// Frames that are cut, mixed and bent at random: whatever comes, the session answers or ignores it.
import JSON
import MCP
import Testing

@Suite struct MutationTests {
    /// SplitMix64: the same numbers for the same seed everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let seeds: [[UInt8]] = [
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{}}}"#,
        #"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"echo","arguments":{"a":[1,2.5e3,"\u00fc"]}}}"#,
        #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"progress","_meta":{"progressToken":"p"}}}"#,
        #"{"jsonrpc":"2.0","id":3,"method":"prompts/get","params":{"name":"greet","arguments":{"who":"x"}}}"#,
        #"{"jsonrpc":"2.0","id":4,"method":"resources/read","params":{"uri":"test://local/items/1"}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}"#,
        #"[{"jsonrpc":"2.0","id":5,"method":"ping"},{"jsonrpc":"2.0","id":6,"method":"tools/list"}]"#,
        #"{"jsonrpc":"2.0","id":7,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":8,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"greet"}}}"#,
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/list\",\"params\":\(Client.modern().text)}",
    ].map { Array($0.utf8) }

    private static let fragments = [
        "null", "{}", "[]", "\"", ":", ",", "-0", "1e999", "\\ud800", "\u{0}", "true", "{\"a\":",
    ]

    private static func mutate(_ frame: [UInt8], with generator: inout Generator) -> [UInt8] {
        var frame = frame
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...frame.count, using: &generator)
            let end = min(frame.count, place + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: frame.removeSubrange(place...)
            case 1: frame.removeSubrange(place..<end)
            case 2: frame.insert(contentsOf: frame[place..<end], at: place)
            case 3: frame.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 4:
                frame.replaceSubrange(place..<end, with: Array((fragments.randomElement(using: &generator) ?? "").utf8))
            default: frame.insert(contentsOf: seeds.randomElement(using: &generator) ?? [], at: place)
            }
        }
        return frame
    }

    @Test(
        "Mutated frames are answered in form or ignored", .timeLimit(.minutes(5)),
        arguments: 1...4 as ClosedRange<UInt64>)
    func mutations(seed: UInt64) async throws {
        var generator = Generator(state: seed)
        let client = await Client(Fixture().registry, .march2025)
        for round in 0..<1500 {
            let frame = Self.mutate(Self.seeds.randomElement(using: &generator) ?? [], with: &generator)
            let heard = await client.send(frame)
            guard let reply = heard.reply else { continue }
            for reply in reply.array ?? [reply] {
                let isResponse = (reply["result"]?.object != nil) != (reply["error"]?["code"]?.int != nil)
                #expect(isResponse && reply["jsonrpc"] == "2.0", "seed \(seed), round \(round): \(reply.text)")
            }
            #expect(try JSON(parsing: reply.bytes) == reply)
        }
        #expect(await client.ask("ping", id: "last").result == [:])
    }

    @Test("Every beginning of a frame is answered or ignored")
    func truncation() async {
        let client = await Client(Fixture().registry, .march2025)
        for seed in Self.seeds {
            for length in 0..<seed.count {
                #expect(await client.send(Array(seed[..<length])).code == -32700)
            }
        }
    }
}
