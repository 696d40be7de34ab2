package import Platform

/// Writes to an open file: at a position that it keeps, or, for pipes and devices, onwards.
package final class FileSink: ByteSink {
    private let file: File
    /// Where the next byte goes; nil for what has no positions.
    package private(set) var position: Int64?

    package init(_ file: consuming File, position: Int64?) {
        self.file = file
        self.position = position
    }

    package func write(_ bytes: RawSpan) throws {
        do throws(IOError) {
            try file.write(bytes, at: position)
        } catch {
            throw TargetError(error)
        }
        position = position.map { $0 + Int64(bytes.byteCount) }
    }

    package func endFrame() {}

    /// Makes what was written durable.
    package func synchronizeData() throws {
        do throws(IOError) { try file.synchronizeData() } catch { throw TargetError(error) }
    }

    /// Takes the file for this process; false if another process has it.
    func lock() throws -> Bool {
        do throws(IOError) { return try file.lock() } catch { throw TargetError(error) }
    }

    /// The file's length.
    func size() throws -> Int64 {
        do throws(IOError) { return try file.size() } catch { throw TargetError(error) }
    }

    /// Cuts the file at `position` and goes on writing there.
    func truncate(to position: Int64) throws {
        do throws(IOError) { try file.truncate(to: position) } catch { throw TargetError(error) }
        self.position = position
    }
}
