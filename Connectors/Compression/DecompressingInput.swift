import Bytes

/// Decompresses another input as it is read, in bounded memory.
final class DecompressingInput: ByteInput {
    /// Compressed bytes that are fetched at a time.
    private static let fetchByteCount = 128 << 10

    private let source: any ByteInput
    private let codec: StreamCompression
    private let decoder: any StreamDecoder
    private let name: String
    private var compressed: [UInt8]
    private var consumed = 0
    private var mayHoldOutput = false  // The decoder's last output filled all the space it had.
    private var isIdle = false
    private var failure: (any Error)?

    /// Decompresses `prefix` and what follows it in `source`; `name` is for messages.
    init(
        _ source: any ByteInput, codec: StreamCompression, prefix: [UInt8], name: String
    ) {
        self.source = source
        self.codec = codec
        decoder = codec.makeDecoder()
        compressed = prefix
        self.name = name
    }

    var storedByteCount: Int64 { source.storedByteCount - Int64(compressed.count - consumed) }

    func read(into bytes: inout [UInt8], count: Int) throws -> InputStatus {
        let start = bytes.count
        let status: InputStatus
        do {
            if let failure { throw failure }
            status = try fill(&bytes, end: start + count)
        } catch {
            guard bytes.count > start else { throw error }
            failure = error
            return .bytes
        }
        guard bytes.count > start else { return status }
        // Both are said by the next call; the source says `.idle` only once.
        isIdle = status == .idle
        return .bytes
    }

    private func fill(_ bytes: inout [UInt8], end: Int) throws -> InputStatus {
        if isIdle {
            isIdle = false
            return .idle
        }
        while bytes.count < end {
            if consumed == compressed.count, !mayHoldOutput {
                let status = try fetch()
                if status != .bytes { return status }
            }
            try step(&bytes, count: end - bytes.count)
        }
        return .bytes
    }

    private func fetch() throws -> InputStatus {
        compressed.removeAll(keepingCapacity: true)
        consumed = 0
        let status = try source.read(into: &compressed, count: Self.fetchByteCount)
        if status == .end, !decoder.isBetweenFrames {
            throw SourceError.truncatedCompression(
                name: name, codec: codec, position: source.storedByteCount)
        }
        return status
    }

    private func step(_ bytes: inout [UInt8], count: Int) throws {
        var step = DecodeStep()
        unsafe bytes.appendUninitialized(count: count) { output in
            // SAFETY: the slice lies within the array and is used only in the call.
            step = unsafe compressed.withUnsafeBytes { input in
                unsafe decoder.decode(
                    UnsafeRawBufferPointer(rebasing: input[consumed...]), into: output)
            }
            return step.produced
        }
        consumed += step.consumed
        mayHoldOutput = step.produced == count
        if let reason = step.failure {
            throw SourceError.damagedCompression(
                name: name, codec: codec, position: storedByteCount, reason: reason)
        }
    }

    func skip(_ count: Int64) throws -> Int64 { try skipByReading(count) }
}
