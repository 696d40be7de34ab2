import Bytes
import Platform
import SystemPackage

/// Walks the frames of one commit-log file, and tells a torn tail from damage.
///
/// Bytes that are no frame are a torn tail if nothing proves that they were durable: no later
/// frame states so (``FrameHeader/syncedBefore``), no later file exists, no snapshot lies behind.
/// Otherwise they were acknowledged, and are damage.
struct CommitFileScanner: ~Copyable {
    enum Event: Sendable {
        case frame(FrameHeader, [FrameOperation])
        /// Durable bytes from here to there that are no frames.
        case damage(from: LogPosition, to: LogPosition, reason: String)
        /// Behind the last frame; `garbage` bytes behind it are not zero.
        case end(LogPosition, garbage: Int64)
    }

    private let file: CommitFile
    /// Where the next file begins; nil for the last one.
    private let expectedEnd: LogPosition?
    /// Everything before was durable, whatever the file says.
    private let provenDurable: LogPosition
    private let fileByteCount: Int64
    private var position: LogPosition
    private var isFinished = false
    /// A part of the file, beginning at `windowStart`.
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0

    init(
        _ file: CommitFile, expectedEnd: LogPosition?, provenDurable: LogPosition = .zero
    ) throws(IOError) {
        self.file = file
        self.expectedEnd = expectedEnd
        self.provenDurable = provenDurable
        position = file.start
        fileByteCount = try file.file.size()
    }

    /// The next event; nil after ``Event/end(_:garbage:)``.
    mutating func next() throws(IOError) -> Event? {
        if isFinished { return nil }
        if position == expectedEnd { return finish(garbage: 0) }
        let start = position
        let problem: String
        switch try frame(at: position) {
        case .whole(let header, let operations):
            position = position.advanced(by: header.stride)
            return .frame(header, operations)
        case .broken(let reason): problem = reason
        }
        if let next = try provenFrame(behind: start) {
            position = next
            return .damage(from: start, to: next, reason: problem)
        }
        // Nothing whole follows; is there other proof that something was here?
        let durableEnd = expectedEnd ?? provenDurable
        guard start < durableEnd else { return finish(garbage: try garbageByteCount(from: start)) }
        position = durableEnd
        // Of the last file nothing more is known; of others, that they end here.
        return .damage(from: start, to: durableEnd, reason: problem)
    }

    /// Header and changes of the frame at a position, or why there is none.
    private enum Reading {
        case whole(FrameHeader, [FrameOperation])
        case broken(String)
    }

    private mutating func finish(garbage: Int64) -> Event {
        isFinished = true
        return .end(position, garbage: garbage)
    }

    private mutating func frame(at position: LogPosition) throws(IOError) -> Reading {
        let start = file.filePosition(of: position)
        var offset = try load(FrameHeader.At.end, at: start)
        let available = window.count - offset
        let parsed = FrameHeader(
            parsing: window.rawSpan.slice(offset, count: available), at: position, tag: file.tag)
        guard let header = parsed else {
            return .broken(
                available < FrameHeader.At.end
                    ? "the file ends here" : "there is no frame's header here, or a damaged one")
        }
        offset = try load(header.stride, at: start)
        let frame = window.rawSpan.slice(offset, count: window.count - offset)
        guard header.holdsEntries(frame) else {
            return .broken(
                frame.byteCount < header.stride
                    ? "the frame is cut off" : "the checksum of the frame is wrong")
        }
        do throws(FrameDecoder.Problem) {
            return .whole(header, try FrameDecoder.operations(of: frame, header: header))
        } catch {
            return .broken(error.reason)
        }
    }

    /// The next whole frame that proves that the bytes at `start` were durable.
    private mutating func provenFrame(behind start: LogPosition) throws(IOError) -> LogPosition? {
        let alignment = Int64(FrameHeader.alignment)
        var candidate = start.rawValue + alignment
        while let found = try nextMagic(from: candidate) {
            let place = LogPosition(rawValue: found)
            if case .whole(let header, _) = try frame(at: place) {
                // A later file or a snapshot proves the same for every frame before it.
                let isBeforeProof = place < (expectedEnd ?? provenDurable)
                if header.syncedBefore > start || isBeforeProof { return place }
                candidate = found + Int64(header.stride)
            } else {
                candidate = found + alignment
            }
        }
        return nil
    }

    /// Log position of the next aligned place that begins like a frame.
    private mutating func nextMagic(from start: Int64) throws(IOError) -> Int64? {
        let base = Int64(FileHeader.At.end) - file.start.rawValue
        var filePosition = start + base
        let first = UInt8(truncatingIfNeeded: FrameHeader.magic)
        while filePosition + Int64(FrameHeader.At.end) <= fileByteCount {
            let offset = try load(FrameHeader.At.end, at: filePosition)
            let bytes = window.rawSpan
            var place = offset
            while let found = bytes.firstPosition(of: first, from: place) {
                let position = windowStart + Int64(found)
                if position % Int64(FrameHeader.alignment) == 0, bytes.holds(4, at: found),
                    bytes.littleEndian(at: found, as: UInt32.self) == FrameHeader.magic
                {
                    return position - base
                }
                place = found + 1
            }
            // The last bytes of the window again: a magic may lie across its end.
            let next = windowStart + Int64(window.count) - Int64(FrameHeader.alignment)
            filePosition = max(filePosition + Int64(FrameHeader.alignment), next & ~7)
        }
        return nil
    }

    /// Bytes of frames that were not written as a whole, from `start` on.
    ///
    /// What a file held before it was renewed is none; where a frame of the last group is torn, it
    /// cannot be told from those of the group behind that one, which are not counted then.
    private mutating func garbageByteCount(from start: LogPosition) throws(IOError) -> Int64 {
        guard file.isRenewed else { return try usedByteCount(from: start, to: fileByteCount) }
        // The writer puts zeros behind each group.
        let begin = file.filePosition(of: start)
        let isWhole = try usedByteCount(from: start, to: begin + Int64(FrameHeader.At.end)) == 0
        if isWhole { return 0 }
        let next = try nextMagic(from: start.rawValue + Int64(FrameHeader.alignment))
        let end = next.map { file.filePosition(of: LogPosition(rawValue: $0)) }
        return try usedByteCount(from: start, to: end ?? fileByteCount)
    }

    /// Bytes from `start` to the last one before a position of the file that is not zero.
    private mutating func usedByteCount(
        from start: LogPosition, to fileEnd: Int64
    ) throws(IOError) -> Int64 {
        let fileEnd = min(fileEnd, fileByteCount)
        let begin = file.filePosition(of: start)
        let zeros = [UInt8](repeating: 0, count: 4096)
        var last = begin
        var filePosition = begin
        while filePosition < fileEnd {
            let offset = try load(1, at: filePosition)
            let count = min(zeros.count, window.count - offset, Int(fileEnd - filePosition))
            guard count > 0 else { break }
            let part = window.rawSpan.slice(offset, count: count)
            if !part.isEqual(to: zeros.rawSpan.slice(0, count: count)) {
                for index in 0..<count where part.byte(at: index) != 0 {
                    last = filePosition + Int64(index) + 1
                }
            }
            filePosition += Int64(count)
        }
        return last - begin
    }

    /// Sees to it that the window holds `count` bytes from a position of the file, or as many as
    /// there are.
    ///
    /// - Returns: where they begin in the window.
    private mutating func load(_ count: Int, at filePosition: Int64) throws(IOError) -> Int {
        let offset = filePosition - windowStart
        if offset >= 0, offset + Int64(count) <= Int64(window.count) { return Int(offset) }
        window.removeAll(keepingCapacity: true)
        windowStart = filePosition
        let ahead = min(Int64(LogLimits.scanByteCount), max(0, fileByteCount - filePosition))
        try file.file.read(into: &window, count: max(count, Int(ahead)), at: filePosition)
        return 0
    }
}
