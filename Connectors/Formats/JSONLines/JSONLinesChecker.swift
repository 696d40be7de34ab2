import Bytes
import Expressions
import Records

/// Takes lines out that are no JSON documents, and finds the values of paths in the others.
struct JSONLinesChecker: RecordChecker {
    private var extractor: JSONExtractor
    private let hasPaths: Bool
    /// Where nobody asks for values, the memory of the last batch serves the next.
    private var documents: [JSONDocument] = []
    private var arena: [UInt8] = []

    init(_ paths: [JSONPath]) {
        extractor = JSONExtractor(paths)
        hasPaths = !paths.isEmpty
    }

    /// All documents are read in one call, so that the extractor can use what it knows of the
    /// shape of the last one for the next.
    ///
    /// - Complexity: O(bytes).
    mutating func check(
        _ buffer: inout RecordBuffer, _ rejected: inout [RejectedRecord], firstRejected: Int,
        from start: ScanPlace
    ) {
        // Moved out, so that they are borrowed from locals while the extractor works.
        var documents: [JSONDocument] = []
        var arena: [UInt8] = []
        swap(&documents, &self.documents)
        swap(&arena, &self.arena)
        documents.removeAll(keepingCapacity: true)
        arena.removeAll(keepingCapacity: true)
        documents.reserveCapacity(buffer.rows.count)
        for row in buffer.rows {
            documents.append(JSONDocument(start: Int(row.valueStart), count: Int(row.valueCount)))
        }
        extractor.extract(documents.span, in: buffer.bytes.rawSpan, arena: &arena)
        if !extractor.faults.isEmpty {
            reject(&buffer, &rejected, from: start)
            // Lines that are too long were rejected before these.
            rejected[firstRejected...].sort { $0.number < $1.number }
        }
        if hasPaths {
            buffer.findings = extractor.takeColumns(documents, arena: arena)
        } else {
            swap(&documents, &self.documents)
            swap(&arena, &self.arena)
        }
    }

    private func reject(
        _ buffer: inout RecordBuffer, _ rejected: inout [RejectedRecord], from start: ScanPlace
    ) {
        var lineNumber = start.lineNumber
        var counted = 0
        for fault in extractor.faults.sorted(by: { $0.index < $1.index }) {
            let row = buffer.rows[fault.index]
            let first = Int(row.valueStart)
            let bytes = buffer.bytes.rawSpan
            lineNumber += LineEnds.count(bytes, start: counted, end: first)
            counted = first
            let place = fault.fault.position + 1
            let kept = min(Int(row.valueCount), RejectedRecord.textByteCountMax)
            rejected.append(
                RejectedRecord(
                    number: row.offset, position: start.position + Int64(first),
                    reason: "line \(lineNumber + 1), byte \(place): \(fault.fault.reason.rawValue)",
                    text: [UInt8](copying: bytes.slice(first, count: kept))))
        }
        for fault in extractor.faults { buffer.rows[fault.index].valueCount = Self.rejectedMark }
        buffer.rows.removeAll { $0.valueCount == Self.rejectedMark }
    }

    /// Stands in the length of a row that is to be taken out; a tombstone is -1 and no line is one.
    private static let rejectedMark: Int32 = -2
}
