import Bytes
import Platform
import SystemPackage

/// Appends summaries to a segment's summary file while the segment is written.
///
/// A failure ends it for this segment, is counted, and harms nothing else: blocks without a summary
/// are read.
final class SummaryWriter {
    private let shared: LogShared
    private let segment: SegmentPlace
    private var summarizer: any BlockSummarizer
    private var open: OpenFile?
    private var position: Int64 = 0
    /// What waits to be written.
    private var bytes: [UInt8] = []
    private var summary: [UInt8] = []
    private var hasFailed = false

    /// A writer for a segment of a topic for which there is something to say; else nil.
    init?(_ segment: SegmentPlace, in shared: LogShared) {
        guard let summarizer = shared.options.summarizer?(segment.topic) else { return nil }
        self.shared = shared
        self.segment = segment
        self.summarizer = summarizer
    }

    /// Notes a block that was appended.
    func append(_ block: RawSpan, at place: BlockPlace) {
        guard !hasFailed else { return }
        summary.removeAll(keepingCapacity: true)
        summarizer.summarize(block, into: &summary)
        guard !summary.isEmpty, summary.count <= LogLimits.summaryByteCountMax else { return }
        SummaryEntry.append(summary.rawSpan, of: place, to: &bytes)
        if bytes.count >= LogLimits.scanByteCount { write() }
    }

    /// Writes what waits.
    ///
    /// Not made durable: what a power failure takes is no loss.
    func write() {
        guard !hasFailed, !bytes.isEmpty else { return }
        do throws(IOError) {
            let file = try opened()
            try file.file.write(bytes.rawSpan, at: position)
            position += Int64(bytes.count)
        } catch {
            hasFailed = true
            shared.withState { $0.statistics.summariesFailed += 1 }
        }
        bytes.removeAll(keepingCapacity: true)
    }

    private final class OpenFile {
        let file: File
        init(_ file: consuming File) { self.file = file }
    }

    /// The file, opened behind its last whole entry if it is not.
    private func opened() throws(IOError) -> OpenFile {
        if let open { return open }
        let known = try SummaryTable(segment, in: shared)
        let opened = OpenFile(
            try shared.fileSystem.open(segment.summary(in: shared.layout), .create))
        try opened.file.truncate(to: Int64(known.bytes.count))
        position = Int64(known.bytes.count)
        if known.bytes.isEmpty {
            try opened.file.write(segment.header.bytes.rawSpan, at: 0)
            position = Int64(FileHeader.At.end)
        }
        open = opened
        return opened
    }
}
