import Platform
import SystemPackage

/// Does something just before a file is opened for the first time.
final class Intruder: FileSystem {
    private let disk: SimulatedFileSystem
    private let suffix: String
    private let act: Monitor<(@Sendable () -> Void)?>

    init(
        _ disk: SimulatedFileSystem, before suffix: String,
        _ act: @escaping @Sendable () -> Void
    ) {
        self.disk = disk
        self.suffix = suffix
        self.act = Monitor(act)
    }

    func open(_ path: FilePath, _ mode: OpenMode) throws(IOError) -> File {
        if path.string.hasPrefix("/data"), path.string.hasSuffix(suffix) {
            let act = act.withLock { act in
                defer { act = nil }
                return act
            }
            act?()
        }
        return try disk.open(path, mode)
    }
    func rename(_ source: FilePath, to target: FilePath) throws(IOError) {
        try disk.rename(source, to: target)
    }
    func remove(_ path: FilePath) throws(IOError) { try disk.remove(path) }
    func list(_ directory: FilePath) throws(IOError) -> [String] { try disk.list(directory) }
    func createDirectory(_ path: FilePath) throws(IOError) { try disk.createDirectory(path) }
    func synchronizeDirectory(_ path: FilePath) throws(IOError) {
        try disk.synchronizeDirectory(path)
    }
    func status(of path: FilePath) throws(IOError) -> FileStatus? { try disk.status(of: path) }
    func standardStream(_ stream: StandardStream) -> File { disk.standardStream(stream) }
}
