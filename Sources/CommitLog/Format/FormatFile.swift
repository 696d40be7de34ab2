import Bytes
import Platform
import SystemPackage

/// The file `FORMAT`: says that a directory is a data directory, and of which version.
enum FormatFile {
    static let version = 1
    static var text: String { "sluice data directory, format \(version)\n" }

    /// The first line of the file, or nil if there is none.
    static func read(
        in layout: DataLayout, _ fileSystem: any FileSystem
    ) throws(IOError) -> String? {
        guard try fileSystem.status(of: layout.format) != nil else { return nil }
        let bytes = try fileSystem.contents(of: layout.format, limit: 4096)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Makes sure that the directory is a data directory of this version; changes nothing.
    static func demand(in layout: DataLayout, _ fileSystem: any FileSystem) throws(OpenError) {
        let found: String?
        do throws(IOError) { found = try read(in: layout, fileSystem) } catch {
            throw .inputOutput(error)
        }
        guard let found else { throw .notADataDirectory(layout.root, found: "no data") }
        guard found != text else { return }
        let line = String(found.prefix { $0 != "\n" }.prefix(80))
        throw .unsupportedFormat(layout.format, found: line)
    }

    /// Checks the directory, or makes an empty one a data directory.
    static func establish(in layout: DataLayout, _ fileSystem: any FileSystem) throws(OpenError) {
        do {
            if let found = try read(in: layout, fileSystem) {
                if found == text { return }
                let line = String(found.prefix { $0 != "\n" }.prefix(80))
                throw OpenError.unsupportedFormat(layout.format, found: line)
            }
            let expected: Set = ["LOCK", "FORMAT.tmp", "commit", "topics", "checkpoint"]
            if let other = try fileSystem.list(layout.root).first(where: { !expected.contains($0) })
            {
                throw OpenError.notADataDirectory(layout.root, found: other)
            }
            for directory in [layout.commit, layout.topics, layout.checkpoint]
            where try fileSystem.status(of: directory) == nil {
                try fileSystem.createDirectory(directory)
            }
            try beginCommitLog(in: layout, fileSystem)
            // Durable before the file is: whoever finds it finds them too.
            try fileSystem.synchronizeDirectory(layout.root)
            try fileSystem.replace(layout.format, with: Array(text.utf8).rawSpan)
        } catch let error as IOError {
            throw .inputOutput(error)
        } catch let error as OpenError {
            throw error
        } catch {
            preconditionFailure("files throw IOError, not \(error)")
        }
    }

    /// Makes the first file of the commit log: a data directory without one has lost it.
    private static func beginCommitLog(
        in layout: DataLayout, _ fileSystem: any FileSystem
    ) throws(IOError) {
        let names = try fileSystem.list(layout.commit)
        let path = layout.commitFile(.zero)
        let size = try fileSystem.status(of: path)?.size ?? 0
        // Whoever has removed `FORMAT` by hand has not removed the log.
        guard size <= FileHeader.At.end, names.count <= 1 else { return }
        let file = try fileSystem.open(path, .replace)
        try file.write(FileHeader(.commit, base: 0).bytes.rawSpan, at: 0)
        try file.synchronize()
        try file.close()
        try fileSystem.synchronizeDirectory(layout.commit)
    }
}
