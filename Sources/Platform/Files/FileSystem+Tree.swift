import Bytes
package import SystemPackage

/// Whole directories: what the tools that copy and try out data directories need.
extension FileSystem {
    /// Removes a file or a directory with everything in it.
    package func removeTree(_ path: FilePath) throws(IOError) {
        try removeTree(path, depth: 0)
    }

    /// Copies every file below a directory to another file system, into a directory that is there.
    ///
    /// Nothing is made durable.
    package func copyTree(
        _ source: FilePath, to target: FilePath, in other: any FileSystem
    ) throws(IOError) {
        try copyTree(source, to: target, in: other, depth: 0)
    }

    /// The files below a directory, by their names.
    package func filesOfTree(_ path: FilePath) throws(IOError) -> [FilePath] {
        var files: [FilePath] = []
        for name in try list(path) {
            let entry = FilePath("\(path.string)/\(name)")
            switch try status(of: entry)?.kind {
            case .directory: files += try filesOfTree(entry)
            case .regular: files.append(entry)
            default: break
            }
        }
        return files
    }

    private func removeTree(_ path: FilePath, depth: Int) throws(IOError) {
        if try status(of: path)?.kind == .directory, depth < TreeLimit.depthMax {
            for name in try list(path) {
                try removeTree(FilePath("\(path.string)/\(name)"), depth: depth + 1)
            }
        }
        try remove(path)
    }

    private func copyTree(
        _ source: FilePath, to target: FilePath, in other: any FileSystem, depth: Int
    ) throws(IOError) {
        guard depth < TreeLimit.depthMax else { return }
        for name in try list(source) {
            let from = FilePath("\(source.string)/\(name)")
            let to = FilePath("\(target.string)/\(name)")
            guard try status(of: from)?.kind == .directory else {
                let bytes = try contents(of: from, limit: TreeLimit.fileByteCountMax)
                let file = try other.open(to, .replace)
                try file.write(bytes.rawSpan, at: 0)
                try file.close()
                continue
            }
            try other.createDirectory(to)
            try copyTree(from, to: to, in: other, depth: depth + 1)
        }
    }
}

/// Limits of walks over directories.
private enum TreeLimit {
    /// Directories within each other; a data directory has three.
    static let depthMax = 8
    /// Bytes of a file that is copied through memory.
    static let fileByteCountMax = 1 << 30
}
