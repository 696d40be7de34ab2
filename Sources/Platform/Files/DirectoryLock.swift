import Bytes
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A directory taken for this process alone, until it is released or the process ends.
///
/// By flock(2) on the file `LOCK` in it, which the kernel drops with the process, so a killed
/// process leaves nothing to clean up. The file holds the holder's process id for messages.
package struct DirectoryLock: ~Copyable, Sendable {
    private static let fileName = "LOCK"
    private let file: File

    /// Takes the directory, which must exist.
    package init(_ directory: FilePath, in fileSystem: any FileSystem) throws(LockError) {
        do {
            let file = try fileSystem.open(
                FilePath("\(directory.string)/\(Self.fileName)"), .create)
            guard try file.lock() else {
                var text: [UInt8] = []
                try file.read(into: &text, count: 16, at: 0)
                let digits = String(
                    decoding: text.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self)
                throw LockError.held(directory: directory, processID: Int32(digits))
            }
            try file.truncate(to: 0)
            try file.write(Array("\(getpid())\n".utf8).rawSpan, at: 0)
            self.file = file
        } catch let error as IOError {
            throw .inputOutput(error)
        } catch let error as LockError {
            throw error
        } catch {
            preconditionFailure("files throw IOError, not \(error)")
        }
    }

    /// Gives the directory back.
    package consuming func release() throws(IOError) { try file.close() }
}
