// What is wrong in a file, with its places; bounded, since a hostile file may be wrong in each of its bytes.

/// Something wrong at a place of a file.
struct PlacedProblem: Error, Hashable {
    let place: FilePlace
    /// What it is about, such as `sources[1].deadline`; empty for the file itself.
    var path = ""
    /// What is wrong, and what to do.
    let text: String
}

/// Problems as they are found.
struct ProblemList {
    /// Nobody reads more; whoever looks for problems stops here.
    static let maximumCount = 1_000

    private(set) var all: [PlacedProblem] = []

    var isFull: Bool { all.count >= Self.maximumCount }

    /// Adds one more, which is not even made when there are too many.
    mutating func add(_ problem: @autoclosure () -> PlacedProblem) {
        if !isFull { all.append(problem()) }
    }

    mutating func add(_ more: [PlacedProblem]) {
        all += more.prefix(Self.maximumCount - all.count)
    }
}
