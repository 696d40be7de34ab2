import Bytes
import SystemPackage

/// Compresses what it takes, and hands it on to another sink.
final class CompressingSink: ByteSink {
    private let sink: any ByteSink
    private let encoder: any StreamEncoder
    private let path: FilePath
    private var compressed: [UInt8] = []
    private var isFrameOpen = false

    /// Bytes of compressed output that are made at a time.
    private static let pieceByteCount = 128 << 10

    init(_ sink: any ByteSink, codec: StreamCompression, path: FilePath) {
        self.sink = sink
        self.path = path
        encoder = codec.makeEncoder()
    }

    func write(_ bytes: RawSpan) throws {
        isFrameOpen = true
        var consumed = 0
        while consumed < bytes.byteCount {
            let rest = bytes.slice(consumed, count: bytes.byteCount - consumed)
            consumed += try step(rest, ends: false).consumed
        }
    }

    func endFrame() throws {
        guard isFrameOpen else { return }
        let nothing: [UInt8] = []
        while try !step(nothing.rawSpan, ends: true).isComplete {}
        isFrameOpen = false
    }

    private func step(_ input: RawSpan, ends: Bool) throws -> EncodeStep {
        // Out of `self` for the call, which borrows it.
        var compressed: [UInt8] = []
        swap(&compressed, &self.compressed)
        defer { swap(&compressed, &self.compressed) }
        compressed.removeAll(keepingCapacity: true)
        var step = EncodeStep()
        unsafe compressed.appendUninitialized(count: Self.pieceByteCount) { output in
            // SAFETY: both buffers are used only within the call.
            step = unsafe input.withUnsafeBytes { source in
                unsafe encoder.encode(source, into: output, ends: ends)
            }
            return step.produced
        }
        if let reason = step.failure { throw TargetError.compression(path: path, reason: reason) }
        if !compressed.isEmpty { try sink.write(compressed.rawSpan) }
        return step
    }
}
