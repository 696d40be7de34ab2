import Bytes

/// Reads the records of batches; holds the codecs' contexts, so reuse it.
///
/// Not thread-safe.
package final class BatchReader {
    private lazy var gzip = GzipDecompressor()
    private lazy var lz4 = LZ4Decompressor()
    private lazy var zstd = ZstdDecompressor()
    /// The compressed bytes of the batch being read.
    private var compressed: [UInt8] = []

    package init() {}

    /// Appends the rows of the batch that begins at `position` of `buffer.bytes`.
    ///
    /// Records that are not compressed are read where they are; compressed ones are appended to
    /// `buffer.bytes` first. Control batches give no rows. The checksum is the caller's business.
    ///
    /// - Returns: the header.
    /// - Throws: what is wrong; `buffer` is then as before.
    /// - Complexity: O(bytes), allocates only when the buffer has to grow.
    @discardableResult
    package func readRecords(
        at position: Int, of buffer: inout RecordBuffer
    ) throws(BatchError) -> BatchHeader {
        let header = try Self.header(at: position, of: buffer)
        if header.attributes.isControl { return header }
        let rowCount = buffer.rows.count
        let byteCount = buffer.bytes.count
        do throws(BatchError) {
            let range = try recordsRange(of: header, at: position, in: &buffer)
            // Moved out and back (no copy): bytes are borrowed while rows grow.
            var rows: [RecordRow] = []
            swap(&rows, &buffer.rows)
            defer { swap(&rows, &buffer.rows) }
            try RecordParser.parse(
                buffer.bytes.rawSpan, range: range, header: header, into: &rows)
        } catch {
            buffer.rows.removeLast(buffer.rows.count - rowCount)
            buffer.bytes.removeLast(buffer.bytes.count - byteCount)
            throw error
        }
        return header
    }

    /// Replaces the buffer's content by the records of one batch that lies elsewhere.
    @discardableResult
    package func read(
        _ batch: RawSpan, into buffer: inout RecordBuffer
    ) throws(BatchError) -> BatchHeader {
        buffer.removeAll()
        buffer.bytes.append(copying: batch)
        return try readRecords(at: 0, of: &buffer)
    }

    /// The header of a batch whose records cannot be read; nil if it has none either.
    package static func unreadHeader(
        at position: Int, of buffer: borrowing RecordBuffer
    ) -> BatchHeader? {
        do throws(BatchError) { return try header(at: position, of: buffer) } catch { return nil }
    }

    private static func header(
        at position: Int, of buffer: borrowing RecordBuffer
    ) throws(BatchError) -> BatchHeader {
        let bytes = buffer.bytes.rawSpan
        guard bytes.holds(0, at: position) else {
            throw .truncated(found: bytes.byteCount, needed: position)
        }
        let batch = bytes.slice(position, count: bytes.byteCount - position)
        let header = try BatchHeader(parsing: batch)
        guard batch.byteCount >= header.byteCount else {
            throw .truncated(found: batch.byteCount, needed: header.byteCount)
        }
        return header
    }

    private func recordsRange(
        of header: BatchHeader, at position: Int, in buffer: inout RecordBuffer
    ) throws(BatchError) -> Range<Int> {
        let stored = (position + BatchHeader.At.end)..<(position + header.byteCount)
        switch header.attributes.codec {
        case nil: throw .unknownCodec(header.attributes.rawValue & 0x07)
        case .some(.none): return stored
        case .gzip, .snappy, .lz4, .zstd:
            let start = buffer.bytes.count
            // The copy of the compressed bytes ends the borrow of the buffer that grows; they are
            // a tenth of what they become.
            var compressed: [UInt8] = []
            swap(&compressed, &self.compressed)
            defer { swap(&compressed, &self.compressed) }
            compressed.removeAll(keepingCapacity: true)
            compressed.append(
                copying: buffer.bytes.rawSpan.slice(stored.lowerBound, count: stored.count))
            try decompress(compressed.rawSpan, header.attributes.codec, into: &buffer.bytes)
            return start..<buffer.bytes.count
        }
    }

    /// Appends what compressed records are; the caller removes what was appended on an error.
    private func decompress(
        _ compressed: RawSpan, _ codec: CompressionCodec?, into output: inout [UInt8]
    ) throws(BatchError) {
        let limit = RecordLimits.decompressedByteCountMax
        switch codec {
        case .gzip: try gzip.decompress(compressed, limit: limit, into: &output)
        case .snappy: try SnappyDecompressor.decompress(compressed, limit: limit, into: &output)
        case .lz4: try lz4.decompress(compressed, limit: limit, into: &output)
        case .zstd: try zstd.decompress(compressed, limit: limit, into: &output)
        case .some(.none), nil: preconditionFailure("these records are not compressed")
        }
    }
}
