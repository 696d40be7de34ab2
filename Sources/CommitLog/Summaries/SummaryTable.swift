import Bytes
import Platform
import SystemPackage

/// The content of a summary file, as far as it is whole.
struct SummaryTable: Sendable {
    /// The whole file up to where it stops making sense.
    private(set) var bytes: [UInt8] = []
    private var entries: [Int64: SummaryEntry] = [:]

    /// Reads a summary file; one that is missing, damaged, or too long has no entries from there on.
    ///
    /// O(bytes of the file).
    init(_ segment: SegmentPlace, in shared: LogShared) throws(IOError) {
        let path = segment.summary(in: shared.layout)
        guard let size = try shared.fileSystem.status(of: path)?.size,
            size <= LogLimits.summaryFileByteCountMax
        else { return }
        let file = try shared.fileSystem.open(path, .read)
        try file.read(into: &bytes, count: Int(size), at: 0)
        guard (try? FileHeader(parsing: bytes.rawSpan, expecting: .summary)) == segment.header
        else {
            bytes = []
            return
        }
        var position = FileHeader.At.end
        while let entry = SummaryEntry(parsing: bytes.rawSpan, at: position) {
            // A later one knows more.
            entries[entry.position] = entry
            position = entry.summary.upperBound
        }
        bytes.removeLast(bytes.count - position)
    }

    /// Where the summary of a block lies in ``bytes``; nil if there is none.
    func summary(of block: BlockPlace) -> Range<Int>? {
        guard let entry = entries[block.position], entry.isOf(block) else { return nil }
        return entry.summary
    }
}
