import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

/// A connector as a target: each passes the conformance suite by naming itself.
struct TargetCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Opens the target, writing to `/out` of a simulated disk or to a stream.
    let open: @Sendable (SimulatedFileSystem, CollectBacking) throws -> any Target
    /// The bytes that somebody else sees now, as they are stored; nil: there is no file.
    let visible: @Sendable (SimulatedFileSystem, CollectBacking) throws -> [UInt8]?
    let compression: StreamCompression?

    static let all: [TargetCase] = ([nil] + StreamCompression.allCases.map(Optional.some)).flatMap {
        compression in
        let suffix = compression.map { ", \($0)" } ?? ""
        return [
            TargetCase(
                testDescription: "whole file\(suffix)",
                open: { fileSystem, _ in
                    FileTarget(
                        try output("/out", compression, fileSystem, isResumable: false), store: nil)
                }, visible: { fileSystem, _ in try contents("/out", fileSystem) },
                compression: compression),
            TargetCase(
                testDescription: "resumable file\(suffix)",
                open: { fileSystem, _ in
                    FileTarget(
                        try output("/out", compression, fileSystem, isResumable: true),
                        store: MemoryStore())
                }, visible: { fileSystem, _ in try contents("/out", fileSystem) },
                compression: compression),
            TargetCase(
                testDescription: "stream\(suffix)",
                open: { _, stream in
                    StdoutTarget(
                        File(stream, path: "<test>"), format: LinesFormat(),
                        compression: compression)
                }, visible: { _, stream in stream.bytes }, compression: compression),
        ]
    }

    static func output(
        _ path: FilePath, _ compression: StreamCompression?, _ fileSystem: SimulatedFileSystem,
        isResumable: Bool
    ) throws -> OutputFile {
        try OutputFile(
            path, format: LinesFormat(), compression: compression, isResumable: isResumable,
            fileSystem: fileSystem)
    }

    static func contents(
        _ path: FilePath, _ fileSystem: SimulatedFileSystem
    ) throws -> [UInt8]? {
        guard try fileSystem.status(of: path) != nil else { return nil }
        return try fileSystem.contents(of: path, limit: 1 << 24)
    }

    /// The payloads in stored bytes, decompressed; the way back is the source's, tested by itself.
    static func lines(_ stored: [UInt8]?) throws -> [String] {
        let stream = DripBacking(stored ?? [])
        let source = try StdinSource(
            File(stream, path: "<test>"), hasInput: { true }, format: LinesFormat(),
            clock: ManualClock())
        return try Drained(source, byteCountMax: 1 << 16).texts
    }

    /// Writes lines to a target as one batch.
    static func write(
        _ lines: [String], to target: any Target, role: OutputRole = .main
    ) throws {
        var buffer = RecordBuffer()
        for line in lines {
            let bytes = Array(line.utf8)
            buffer.append(timestamp: 0, key: nil, value: bytes.rawSpan)
        }
        try target.write(role, buffer.block, selection: Selection(all: lines.count))
    }
}
