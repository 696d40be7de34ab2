package import Platform

/// The bytes of a regular file, by position.
package final class FileInput: ByteInput {
    private let file: File
    private var position: Int64 = 0

    package init(_ file: consuming File) { self.file = file }

    package var storedByteCount: Int64 { position }

    package func read(into bytes: inout [UInt8], count: Int) throws -> InputStatus {
        let read = try file.read(into: &bytes, count: count, at: position)
        position += Int64(read)
        return read == 0 ? .end : .bytes
    }

    package func skip(_ count: Int64) throws -> Int64 {
        let skipped = min(count, max(0, try file.size() - position))
        position += skipped
        return skipped
    }
}
