package import Bytes
package import Platform
package import Records
import SystemPackage

/// Records to standard output, or to any other stream that is open already.
///
/// Keeps no progress: a commit only hands on what was gathered, so that the reader sees it. The
/// end of the reader is ``TargetError/closedByReader``, after which nothing more is written.
package final class StdoutTarget: Target {
    private let sink: FileSink
    private let codec: CompressingSink?
    private let output: OutputBuffer
    private let side: SideOutputs
    private var encoder: any RecordEncoder
    private var isStarted = false
    private var committedByteCount: Int64 = 0

    /// Writes to `file`; without `compression` the bytes are those of the format.
    package init(
        _ file: consuming File, format: any RecordFormat, options: EncodeOptions = EncodeOptions(),
        compression: StreamCompression? = nil, side: SideOutputs = SideOutputs()
    ) {
        let path = file.path
        let sink = FileSink(file, position: nil)
        self.sink = sink
        codec = compression.map { CompressingSink(sink, codec: $0, path: path) }
        output = OutputBuffer(codec ?? sink)
        encoder = format.makeEncoder(options)
        self.side = side
    }

    /// Records of a side role that were taken, whether or not there is a file for them.
    package func count(of role: OutputRole) -> Int64 { side.count(of: role) }

    package func restore() -> CommittedProgress? { nil }

    package func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        switch role {
        case .main:
            try start()
            try encoder.encode(block, selection, into: output)
        case .late, .deadLetter: try side.write(role, block, selection: selection)
        }
    }

    private func start() throws {
        guard !isStarted else { return }
        isStarted = true
        try encoder.start(output)
    }

    package var pendingByteCount: Int {
        Int(output.byteCount - committedByteCount) + side.pendingByteCount
    }

    package func commit(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        try output.flush()
        committedByteCount = output.byteCount
        try side.flush()
    }

    package func finish() throws {
        try start()
        try output.flush()
        try codec?.endFrame()
        try side.finish()
    }

    package func close() throws { try side.close() }
}
