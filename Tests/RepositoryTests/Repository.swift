import Foundation

/// The files of the repository, as text.
enum Repository {
    struct SourceFile {
        /// Relative to the repository.
        let path: String
        let lines: [String]
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files below a folder, by path.
    static func swiftFiles(in folder: String) throws -> [SourceFile] {
        let base = root.appending(path: folder)
        guard
            let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        else { return [] }
        var files: [SourceFile] = []
        for case let url as URL in walk where url.pathExtension == "swift" {
            let text = try String(contentsOf: url, encoding: .utf8)
            let path = String(url.path.dropFirst(root.path.count + 1))
            files.append(
                SourceFile(
                    path: path,
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(
                        String.init)))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Every Swift file of the modules.
    static func moduleFiles() throws -> [SourceFile] {
        try Layers.modules.flatMap { try swiftFiles(in: $0.folder) }
    }

    /// Lines of code: neither blank nor only a comment.
    static func isCode(_ line: String) -> Bool {
        let text = line.trimmingCharacters(in: .whitespaces)
        return !text.isEmpty && !text.hasPrefix("//")
    }
}
