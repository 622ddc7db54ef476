// "Did you mean": the known word that is nearest to one that is not known.

extension String {
    /// The one of `names` that was probably meant; nil when none is near.
    func nearest(of names: [String]) -> String? {
        func plain(_ text: String) -> [UInt8] { text.lowercased().utf8.filter { $0 != 0x5F && $0 != 0x2D } }
        // A key of any length may come from a file; none of ours is that long.
        guard utf8.count <= 40 else { return nil }
        let own = plain(self)
        let near = names.map { (name: $0, distance: Self.distance(own, plain($0))) }
            .filter { $0.distance <= max(1, own.count / 3) && $0.distance < $0.name.utf8.count }
        return near.min { $0.distance < $1.distance }?.name
    }

    /// How many letters to add, drop or replace, or neighbours to swap, make one of the other (Damerau and Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = [], last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var line = [row + 1]
            for (column, other) in right.enumerated() {
                var best = Swift.min(line[column] + 1, last[column + 1] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = Swift.min(best, before[column - 1] + 1)
                }
                line.append(best)
            }
            (before, last) = (last, line)
        }
        return last[right.count]
    }
}
