import Bytes
import SystemPackage

@testable import Connectors

/// Compressed test data, and back.
enum Compressed {
    private final class Collector: ByteSink {
        var bytes: [UInt8] = []
        func write(_ bytes: RawSpan) { self.bytes.append(copying: bytes) }
        func endFrame() {}
    }

    /// Compresses, a frame or member for each `frameByteCount` bytes.
    static func bytes(
        _ plain: [UInt8], _ codec: StreamCompression, frameByteCount: Int = .max
    ) throws -> [UInt8] {
        let collector = Collector()
        let sink = CompressingSink(collector, codec: codec, path: "/test")
        var start = 0
        while start < plain.count {
            let end = start + min(frameByteCount, plain.count - start)
            let piece = Array(plain[start..<end])
            try sink.write(piece.rawSpan)
            try sink.endFrame()
            start = end
        }
        return collector.bytes
    }
}
