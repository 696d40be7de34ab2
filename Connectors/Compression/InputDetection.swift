import Bytes

/// Looks at the first bytes of an input for compression, whatever its name.
enum InputDetection {
    /// Reads until the first bytes are plain or compressed for certain, at most
    /// ``StreamCompression/magicByteCount``.
    ///
    /// - Returns: the input to read on from, beginning with its first byte.
    static func open(_ source: any ByteInput, name: String) throws -> any ByteInput {
        var prefix: [UInt8] = []
        var isEnd = false
        while true {
            switch StreamCompression.detect(prefix.rawSpan, isEnd: isEnd) {
            case .plain: return PrefixedInput(prefix, source)
            case .compressed(let codec):
                return DecompressingInput(source, codec: codec, prefix: prefix, name: name)
            case .undecided: break
            }
            let missing = StreamCompression.magicByteCount - prefix.count
            isEnd = try source.read(into: &prefix, count: missing) == .end
        }
    }
}

/// An input of which the first bytes have been read already.
final class PrefixedInput: ByteInput {
    private var prefix: [UInt8]
    private let source: any ByteInput

    init(_ prefix: [UInt8], _ source: any ByteInput) {
        self.prefix = prefix
        self.source = source
    }

    var storedByteCount: Int64 { source.storedByteCount - Int64(prefix.count) }

    func read(into bytes: inout [UInt8], count: Int) throws -> InputStatus {
        guard !prefix.isEmpty else { return try source.read(into: &bytes, count: count) }
        let taken = min(count, prefix.count)
        bytes.append(contentsOf: prefix[..<taken])
        prefix.removeFirst(taken)
        return .bytes
    }

    func skip(_ count: Int64) throws -> Int64 {
        let taken = Int(min(count, Int64(prefix.count)))
        prefix.removeFirst(taken)
        guard count > Int64(taken) else { return count }
        return try source.skip(count - Int64(taken)) + Int64(taken)
    }
}
