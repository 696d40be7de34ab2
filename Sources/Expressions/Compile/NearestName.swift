/// Finds the valid name that a mistyped one was probably meant to be.
package enum NearestName {
    /// The nearest of `candidates` by edit distance, ignoring case; nil if none is near.
    package static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8)
        // Beyond this no typing error is that long, and the table would cost too much.
        guard wanted.count <= 64 else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let distance = distance(wanted, Array(candidate.lowercased().utf8))
            if distance < best?.distance ?? Int.max { best = (distance, candidate) }
        }
        // Two exchanged letters are two replacements, which in a short name leave little.
        let limit = wanted.count < 4 ? 1 : max(2, wanted.count / 3)
        guard let best, best.distance <= limit else { return nil }
        return best.name
    }

    /// Insertions, deletions and replacements that make one of the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (byte == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
