import Platform
import SystemPackage

/// A directory of the real file system that vanishes with the last reference.
final class TestDirectory: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath("/tmp/sluice-test-\(SystemRandomness().next())")
        try RealFileSystem().createDirectory(path)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: FilePath) {
        let fileSystem = RealFileSystem()
        if let status = try? fileSystem.status(of: path), status.kind == .directory {
            for name in (try? fileSystem.list(path)) ?? [] { remove(path.appending(name)) }
        }
        try? fileSystem.remove(path)
    }
}
