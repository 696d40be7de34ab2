import Platform
import SystemPackage

/// A directory of our own that is removed when it is no longer needed.
struct TemporaryDirectory {
    let path: FilePath
    private let fileSystem = RealFileSystem()

    /// Makes one below `$TMPDIR`, else below `/tmp`.
    init(_ prefix: String) throws {
        let parent = ProcessEnvironment.value(of: "TMPDIR").flatMap { $0.isEmpty ? nil : $0 }
        let number = String(SystemRandomness().next(), radix: 36)
        path = FilePath(parent ?? "/tmp").appending("\(prefix)-\(number)")
        try fileSystem.createDirectory(path)
    }

    /// Removes it with everything in it.
    func remove() throws { try fileSystem.removeTree(path) }
}
