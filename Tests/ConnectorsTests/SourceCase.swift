import Bytes
import Expressions
import Platform
import SystemPackage
import Testing

@testable import Connectors

/// A connector as a source over given bytes: each passes the conformance suite by naming itself.
struct SourceCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let open: @Sendable ([UInt8], any RecordFormat, ScanOptions) throws -> any Source

    static let all: [SourceCase] =
        [
            SourceCase(testDescription: "file") { bytes, format, options in
                try file(bytes, format, options)
            },
            SourceCase(testDescription: "zstd file of several frames") { bytes, format, options in
                try file(Compressed.bytes(bytes, .zstd, frameByteCount: 100), format, options)
            },
            SourceCase(testDescription: "gzip file of several members") { bytes, format, options in
                try file(Compressed.bytes(bytes, .gzip, frameByteCount: 100), format, options)
            },
        ]
        + [(1, true), (3, false), (1_000, false)].map { pieceByteCount, isSlow in
            SourceCase(
                testDescription: "stdin in pieces of \(pieceByteCount)\(isSlow ? ", slow" : "")"
            ) { bytes, format, options in
                try stream(bytes, pieceByteCount, isSlow, format, options)
            }
        }
        + StreamCompression.allCases.map { codec in
            SourceCase(testDescription: "\(codec) stdin, byte by byte, slow") {
                bytes, format, options in
                try stream(Compressed.bytes(bytes, codec), 1, true, format, options)
            }
        } + ahead

    /// The same, read ahead by a thread; `path` is a field that is looked for on the way.
    private static let ahead = [
        SourceCase(testDescription: "file, read ahead") { bytes, format, options in
            try ReadAheadSource.wrap(file(bytes, format, options), paths: [])
        },
        SourceCase(testDescription: "file, read ahead with a field") { bytes, format, options in
            try ReadAheadSource.wrap(
                file(bytes, format, options), paths: [JSONPath([.member("a")])])
        },
        SourceCase(testDescription: "slow stdin in pieces of 3, read ahead") {
            bytes, format, options in
            try ReadAheadSource.wrap(stream(bytes, 3, true, format, options), paths: [])
        },
    ]

    private static func file(
        _ bytes: [UInt8], _ format: any RecordFormat, _ options: ScanOptions
    ) throws -> any Source {
        let fileSystem = SimulatedFileSystem()
        try fileSystem.replace("/input", with: bytes.rawSpan)
        return try FileSource(
            paths: ["/input"], format: format, options: options, fileSystem: fileSystem,
            clock: ManualClock())
    }

    private static func stream(
        _ bytes: [UInt8], _ pieceByteCount: Int, _ isSlow: Bool, _ format: any RecordFormat,
        _ options: ScanOptions
    ) throws -> any Source {
        let stream = DripBacking(bytes, pieceByteCount: pieceByteCount, isSlow: isSlow)
        return try StdinSource(
            File(stream, path: "<test>"), hasInput: stream.hasInput, format: format,
            options: options, clock: ManualClock())
    }
}
