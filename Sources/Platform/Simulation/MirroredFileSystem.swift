package import SystemPackage

/// A file system that does everything on the machine's disk and on a simulated one, so that a
/// power failure of the real disk can be tried out without one.
///
/// The simulated disk comes first: its faults decide what happens, and what it refuses never
/// reaches the real one. It knows what was synchronized; ``powerLoss(_:into:)`` writes what a
/// disk could hold if the power failed now to a directory of the machine, to be opened there.
/// Reads, lists and look-ups are answered by the real disk.
package final class MirroredFileSystem: FileSystem {
    private let real = RealFileSystem()
    private let root: FilePath
    /// Where faults are injected.
    package let twin: SimulatedFileSystem

    /// Mirrors a directory, which must exist; what is in it counts as durable.
    package init(_ root: FilePath) throws(IOError) {
        self.root = root
        let loading = SimulatedFileSystem()
        try loading.createDirectories(root)
        try real.copyTree(root, to: root, in: loading)
        twin = loading.crash(.unsyncedKept)
    }

    /// Writes the directory as a power failure now would leave it to `target`, which must exist.
    package func powerLoss(_ outcome: CrashOutcome, into target: FilePath) throws(IOError) {
        let disk = twin.crash(outcome)
        try disk.copyTree(root, to: target, in: real)
    }

    package func open(_ path: FilePath, _ mode: OpenMode) throws(IOError) -> File {
        let shadow = try twin.open(path, mode)
        let file = try real.open(path, mode)
        return File(MirroredFile(real: file, twin: shadow), path: path)
    }

    package func rename(_ source: FilePath, to target: FilePath) throws(IOError) {
        try twin.rename(source, to: target)
        try real.rename(source, to: target)
    }

    package func remove(_ path: FilePath) throws(IOError) {
        try twin.remove(path)
        try real.remove(path)
    }

    package func list(_ directory: FilePath) throws(IOError) -> [String] {
        try real.list(directory)
    }

    package func createDirectory(_ path: FilePath) throws(IOError) {
        try twin.createDirectory(path)
        try real.createDirectory(path)
    }

    package func synchronizeDirectory(_ path: FilePath) throws(IOError) {
        try twin.synchronizeDirectory(path)
        try real.synchronizeDirectory(path)
    }

    package func status(of path: FilePath) throws(IOError) -> FileStatus? {
        try real.status(of: path)
    }

    package func standardStream(_ stream: StandardStream) -> File { real.standardStream(stream) }
}
