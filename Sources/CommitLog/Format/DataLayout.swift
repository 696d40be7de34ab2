package import SystemPackage

/// The names of everything in a data directory.
package struct DataLayout: Sendable, Equatable {
    package let root: FilePath
    private let rootText: String

    package init(_ root: FilePath) {
        self.root = root
        rootText = root.string
    }

    package var format: FilePath { path("FORMAT") }
    package var commit: FilePath { path("commit") }
    package var topics: FilePath { path("topics") }
    package var checkpoint: FilePath { path("checkpoint") }

    /// The commit-log file whose first frame is at `position`.
    package func commitFile(_ position: LogPosition) -> FilePath {
        path("commit/" + Self.padded(position.rawValue) + ".log")
    }

    /// What was such a file, and waits to become another one.
    func spareFile(_ position: LogPosition) -> FilePath {
        path("commit/" + Self.padded(position.rawValue) + Self.spareSuffix)
    }

    /// The snapshot of the state at `position`.
    package func snapshot(_ position: LogPosition) -> FilePath {
        path("checkpoint/" + Self.padded(position.rawValue) + ".snapshot")
    }

    /// A second copy of the snapshot, for the case that a bit of the first one flips.
    package func mirror(_ position: LogPosition) -> FilePath {
        path("checkpoint/" + Self.padded(position.rawValue) + ".mirror")
    }

    package func topic(_ topic: String) -> FilePath { path("topics/" + topic) }

    package func partition(_ topic: String, _ index: Int32) -> FilePath {
        path("topics/\(topic)/\(index)")
    }

    func segment(_ topic: String, _ index: Int32, _ extent: SegmentExtent) -> FilePath {
        path("topics/\(topic)/\(index)/" + Self.segmentName(extent))
    }

    func index(_ topic: String, _ index: Int32, _ extent: SegmentExtent) -> FilePath {
        path("topics/\(topic)/\(index)/" + Self.indexName(extent))
    }

    func summary(_ topic: String, _ index: Int32, _ extent: SegmentExtent) -> FilePath {
        path("topics/\(topic)/\(index)/" + Self.summaryName(extent))
    }

    /// How the names of spare files end.
    static let spareSuffix = ".spare"

    /// Names within a partition's directory.
    static func segmentName(_ extent: SegmentExtent) -> String { stem(extent) + ".segment" }
    static func indexName(_ extent: SegmentExtent) -> String { stem(extent) + ".index" }
    static func summaryName(_ extent: SegmentExtent) -> String { stem(extent) + ".summary" }

    private static func stem(_ extent: SegmentExtent) -> String {
        padded(extent.base) + "-" + String(extent.generation)
    }

    /// Whether a name such as `00000000000000000042-0.segment` is that of a segment.
    static func isSegment(_ name: String) -> Bool { segment(name) != nil }

    /// The segment, still without blocks, that a name such as `00000000000000000042-0.segment` is of.
    static func segment(_ name: String) -> SegmentExtent? {
        guard name.hasSuffix(".segment") else { return nil }
        let parts = name.dropLast(".segment".count).split(
            separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 20, let base = Int64(parts[0]), base >= 0,
            base <= numberMax,
            let generation = UInt32(parts[1]), String(generation) == String(parts[1])
        else { return nil }
        return SegmentExtent(base: base, generation: generation)
    }

    /// The highest number of a name: sums with it do not overflow.
    private static let numberMax = Int64.max / 2

    /// The number in a name such as `00000000000000000042.log`.
    package static func number(of name: String, suffix: String) -> Int64? {
        guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count else { return nil }
        guard let number = Int64(name.dropLast(suffix.count)), number >= 0,
            number <= numberMax
        else { return nil }
        return number
    }

    private func path(_ relative: String) -> FilePath { FilePath(rootText + "/" + relative) }

    /// Twenty digits, so that names sort as numbers do.
    private static func padded(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
    }
}
