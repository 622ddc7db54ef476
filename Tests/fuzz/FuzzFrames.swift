// Feeds what libFuzzer invents to the protocol core, as a client's lines. Built and run by scripts/fuzz.
import JSON
import MCP

/// The server that is talked to: one of everything, so that every method is there.
private let registry = Registry(
    server: ServerDescription(name: "fuzz", version: "1"),
    tools: [
        Tool(name: "echo", title: "Echo", description: "Says what it is told.", inputSchema: ["type": "object"]) {
            arguments, _ throws(ToolFailure) in ToolResult(text: JSON.object(arguments).text, structured: arguments)
        }
    ],
    prompts: [
        Prompt(name: "hello", description: "A greeting.", arguments: [.init(name: "who", isRequired: true)]) {
            arguments, _ throws(HandlerFailure) in [.init(content: .text(arguments["who"] ?? ""))]
        }
    ],
    templates: [
        ResourceTemplate(uriTemplate: "fuzz://{a}/{b}", description: ResourceDescription(name: "pair")) {
            uri, variables, _ throws(HandlerFailure) in
            [ResourceContents(uri: uri, body: .text(variables["a"] ?? ""))]
        }
    ],
    completion: { request, _ throws(HandlerFailure) in [request.value] })

/// One client's lines. Each reply must be JSON on one line; a frame that is no message must be answered or ignored, never crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let session = Session(registry: registry)
    for line in input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        checkBound(Array(line))
        guard let reply = session.accept(Array(line)).readyReply else { continue }
        let bytes = reply.bytes
        precondition(!bytes.contains(UInt8(ascii: "\n")), "a reply on two lines")
        precondition((try? JSON(parsing: bytes, maximumDepth: 1_000)) != nil, "a reply that is not JSON")
    }
    return 0
}

/// A bound of values changes nothing below it, and is the only reason to refuse what is good without it.
private func checkBound(_ line: [UInt8]) {
    let whole = try? Session.parse(line)
    do {
        let bounded = try JSON(parsing: line, maximumValues: 8)
        precondition(bounded == whole && count(bounded) <= 8, "a bound that changes what is read")
    } catch {
        precondition(whole == nil || error.exceedsBound, "good JSON refused for another reason than the bound")
        // Members of one name that were replaced count as well.
        precondition(error.reason != "more than 8 values" || line.count > 8, "a bound that comes too early")
    }
}

private func count(_ value: JSON) -> Int {
    switch value {
    case .array(let elements): elements.reduce(1) { $0 + count($1) }
    case .object(let object): object.reduce(1) { $0 + count($1.value) }
    default: 1
    }
}
