package import SystemPackage

extension FilePath {
    /// The directory that holds the file, and the file's name in it, by the last slash.
    ///
    /// For paths as this program makes them, without a slash at the end. The general
    /// `removingLastComponent()` parses the whole path several times, which a debug build takes
    /// long for; the storage tests ask half a million times.
    package var parts: (directory: String, name: String) {
        let text = string
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", text) }
        let name = String(text[text.utf8.index(after: slash)...])
        return slash == text.startIndex ? ("/", name) : (String(text[..<slash]), name)
    }

    /// The directory that holds the file; see ``parts``.
    package var directory: FilePath { FilePath(parts.directory) }
}
