import Bytes
package import SystemPackage

/// Everything that Sluice asks of a file system: ``RealFileSystem`` in the program,
/// ``SimulatedFileSystem`` in the tests.
package protocol FileSystem: Sendable {
    /// Opens a file; a new one gets mode 0644 less the umask, and lasts through a power failure
    /// only after ``synchronizeDirectory(_:)`` of its directory.
    func open(_ path: FilePath, _ mode: OpenMode) throws(IOError) -> File
    /// Gives a file another name, replacing what has that name; atomic within a directory,
    /// durable after ``synchronizeDirectory(_:)``.
    func rename(_ source: FilePath, to target: FilePath) throws(IOError)
    /// Removes a file, or an empty directory.
    func remove(_ path: FilePath) throws(IOError)
    /// The names in a directory, without `.` and `..`, sorted by bytes.
    func list(_ directory: FilePath) throws(IOError) -> [String]
    /// Creates one directory, mode 0755 less the umask; refused if it exists.
    func createDirectory(_ path: FilePath) throws(IOError)
    /// Makes the directory's entries (created, renamed, removed files) durable: fsync(2) of it.
    func synchronizeDirectory(_ path: FilePath) throws(IOError)
    /// What the path leads to, or nil if there is nothing.
    func status(of path: FilePath) throws(IOError) -> FileStatus?
    /// A standard stream; closing it leaves the process's stream open.
    func standardStream(_ stream: StandardStream) -> File
}

extension FileSystem {
    /// Creates a directory and those above it that are missing, each durable in its parent.
    package func createDirectories(_ path: FilePath) throws(IOError) {
        if let status = try status(of: path) {
            guard status.kind == .directory else {
                throw IOError(.createDirectory, path, .notDirectory)
            }
            return
        }
        let parent = path.directory
        if parent != path { try createDirectories(parent) }
        do throws(IOError) { try createDirectory(path) } catch
            where error.failure == .alreadyExists
        {
            return  // Another thread was faster, and makes it durable.
        }
        try synchronizeDirectory(parent)
    }

    /// Reads a whole file.
    ///
    /// A file of more than `limit` bytes is refused with `EFBIG`.
    package func contents(of path: FilePath, limit: Int) throws(IOError) -> [UInt8] {
        let file = try open(path, .read)
        var bytes: [UInt8] = []
        let size = try file.size()
        guard size <= limit else { throw IOError(.read, path, .fileTooLarge) }
        try file.read(into: &bytes, count: Int(size), at: 0)
        return bytes
    }

    /// Replaces a file as a whole: after a power failure it holds the old bytes or the new ones.
    ///
    /// Written beside it under a temporary name, made durable, renamed, and the directory made
    /// durable: a rename before the first fsync may leave an empty file under the final name.
    package func replace(_ path: FilePath, with bytes: RawSpan) throws(IOError) {
        let temporary = FilePath(path.string + ".tmp")
        let file = try open(temporary, .replace)
        try file.write(bytes, at: 0)
        try file.synchronize()
        try file.close()
        try rename(temporary, to: path)
        try synchronizeDirectory(path.directory)
    }
}
