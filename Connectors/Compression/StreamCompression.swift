import Bytes

/// How a whole file or stream is compressed.
package enum StreamCompression: String, CaseIterable, Sendable {
    case zstd
    case gzip

    /// The compression that a file's name suggests, for outputs; inputs are known by their bytes.
    package static func suggested(by name: String) -> StreamCompression? {
        allCases.first { $0.extensionLength(in: name) > 0 }
    }

    /// Characters of the compression's extension at the end of `name`, with the dot; 0: none.
    func extensionLength(in name: String) -> Int {
        let name = name.lowercased()
        return extensions.first { name.hasSuffix($0) }?.count ?? 0
    }

    private var extensions: [String] {
        switch self {
        case .zstd: [".zst", ".zstd"]
        case .gzip: [".gz", ".gzip"]
        }
    }

    /// What the first bytes of an input say.
    enum Detection: Equatable {
        case compressed(StreamCompression)
        case plain
        /// The bytes so far may begin a compressed input.
        case undecided
    }

    /// Bytes that decide in every case.
    static let magicByteCount = 4

    /// Recognises compressed input by its first bytes.
    ///
    /// RFC 8878 §3.1.1 (zstd frames) and §3.1.2 (skippable frames, as pzstd writes them first),
    /// RFC 1952 §2.3.1 (gzip with method deflate).
    static func detect(_ bytes: RawSpan, isEnd: Bool) -> Detection {
        let magics: [(bytes: [UInt8], codec: StreamCompression)] = [
            ([0x28, 0xB5, 0x2F, 0xFD], .zstd), ([0x1F, 0x8B, 0x08], .gzip),
        ]
        var isPrefix = bytes.byteCount == 0
        for (magic, codec) in magics {
            let count = min(magic.count, bytes.byteCount)
            guard bytes.slice(0, count: count).isEqual(to: magic.rawSpan.slice(0, count: count))
            else { continue }
            if count == magic.count { return .compressed(codec) }
            isPrefix = true
        }
        if bytes.byteCount > 0, bytes.byte(at: 0) & 0xF0 == 0x50 {
            let rest: [UInt8] = [0x2A, 0x4D, 0x18]
            let count = min(rest.count, bytes.byteCount - 1)
            if bytes.slice(1, count: count).isEqual(to: rest.rawSpan.slice(0, count: count)) {
                if count == rest.count { return .compressed(.zstd) }
                isPrefix = true
            }
        }
        return isPrefix && !isEnd ? .undecided : .plain
    }
}
