/// The name that a mistyped one probably meant.
enum NearestName {
    /// The candidate with the fewest edits, if they are at most a third of the name; O(n · m).
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, name.unicodeScalars.count / 3)
        let best = candidates.map { (name: $0, edits: edits(name, $0)) }
            .min { ($0.edits, $0.name) < ($1.edits, $1.name) }
        guard let best, best.edits <= limit else { return nil }
        return best.name
    }

    /// Levenshtein's distance over scalars, by rows.
    private static func edits(_ left: String, _ right: String) -> Int {
        let right = Array(right.lowercased().unicodeScalars)
        var row = Array(0...right.count)
        for (index, scalar) in left.lowercased().unicodeScalars.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let above = row[column + 1]
                let change = diagonal + (scalar == right[column] ? 0 : 1)
                row[column + 1] = min(change, above + 1, row[column] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
