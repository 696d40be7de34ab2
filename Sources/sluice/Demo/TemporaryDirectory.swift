import Platform
import SystemPackage

/// A directory of our own that is removed when it is no longer needed.
struct TemporaryDirectory {
    /// Directories within each other that are removed; a data directory has three.
    private static let depthMax = 8

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
    func remove() throws { try remove(path, depth: 0) }

    private func remove(_ place: FilePath, depth: Int) throws {
        guard depth < Self.depthMax else { return }
        for name in try fileSystem.list(place) {
            let entry = place.appending(name)
            if try fileSystem.status(of: entry)?.kind == .directory {
                try remove(entry, depth: depth + 1)
            } else {
                try fileSystem.remove(entry)
            }
        }
        try fileSystem.remove(place)
    }
}
