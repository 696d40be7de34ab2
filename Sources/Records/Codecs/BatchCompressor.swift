import Bytes

/// The compressor of one ``BatchWriter``, with the context that it reuses.
enum BatchCompressor {
    case none
    case gzip(GzipCompressor)
    case snappy
    case lz4(LZ4Compressor)
    case zstd(ZstdCompressor)

    init(_ compression: BatchWriter.Compression) {
        self =
            switch compression {
            case .none: .none
            case .gzip(let level): .gzip(GzipCompressor(level: level))
            case .snappy: .snappy
            case .lz4(let level): .lz4(LZ4Compressor(level: level))
            case .zstd(let level): .zstd(ZstdCompressor(level: level))
            case .zstdBlocks(let level): .zstd(ZstdCompressor(level: level, isForBlocks: true))
            }
    }

    /// Appends the compressed bytes.
    func compress(_ bytes: RawSpan, into output: inout [UInt8]) {
        switch self {
        case .none: output.append(copying: bytes)
        case .gzip(let compressor): compressor.compress(bytes, into: &output)
        case .snappy: SnappyCompressor.compress(bytes, into: &output)
        case .lz4(let compressor): compressor.compress(bytes, into: &output)
        case .zstd(let compressor): compressor.compress(bytes, into: &output)
        }
    }
}

extension BatchWriter.Compression {
    /// What the attributes of a batch name.
    package var codec: CompressionCodec {
        switch self {
        case .none: .none
        case .gzip: .gzip
        case .snappy: .snappy
        case .lz4: .lz4
        case .zstd, .zstdBlocks: .zstd
        }
    }
}
