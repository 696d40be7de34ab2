package import Expressions
package import Records

/// A source that reads and checks in two steps, which two threads may share.
package protocol CheckedSource: Source {
    /// As ``Source/read(_:into:rejected:byteCountMax:)``, but for the format's check.
    ///
    /// - Returns: what the read brought, and where the buffer's bytes begin.
    func readUnchecked(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> (status: SourceStatus, start: ScanPlace)

    /// A check of the source's format, or nil if it demands nothing; it finds the values of
    /// `paths` along the way.
    func makeChecker(_ paths: [JSONPath]) -> (any RecordChecker)?
}
