import Bytes
import Platform

/// Where a command's words go: results to stdout, collected and written in large pieces; notes and
/// errors to stderr, at once.
///
/// Used by the command's thread.
final class Console {
    /// Bytes of results after which they are written without waiting for the end.
    private static let pendingByteCountMax = 64 << 10

    private let output: File
    private var pending: [UInt8] = []
    /// Whether a person reads stdout.
    let isOutputTerminal: Bool
    /// Whether a person reads stderr: progress is shown to nobody else.
    let isErrorTerminal: Bool

    init(fileSystem: any FileSystem = RealFileSystem()) {
        output = fileSystem.standardStream(.output)
        isOutputTerminal = StandardStream.output.isTerminal
        isErrorTerminal = StandardStream.error.isTerminal
    }

    // MARK: - Results

    /// Adds a line to the results.
    func line(_ text: String) throws(IOError) {
        pending.append(contentsOf: text.utf8)
        pending.append(UInt8(ascii: "\n"))
        if pending.count >= Self.pendingByteCountMax { try flush() }
    }

    /// Adds bytes to the results as they are.
    func write(_ bytes: RawSpan) throws(IOError) {
        pending.append(copying: bytes)
        if pending.count >= Self.pendingByteCountMax { try flush() }
    }

    /// Writes the results so far; called at the end of every command.
    func flush() throws(IOError) {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        try output.write(pending.rawSpan)
    }

    // MARK: - Notes

    /// Says something on stderr that is no error: a summary, a hint.
    func note(_ text: String) { Self.writeToError(text) }

    /// Says `sluice: …` on stderr.
    static func diagnose(_ text: String) {
        writeToError(ConsoleStyle.error.paint("sluice:") + " " + text)
    }

    private static func writeToError(_ text: String) {
        // A closed stderr leaves nobody to be told about it.
        try? RealFileSystem().standardStream(.error).write(Array((text + "\n").utf8).rawSpan)
    }
}
