/// The catalogue of record formats.
package enum RecordFormats {
    /// Every format; a new one adds a line here.
    package static let all: [any RecordFormat] = [
        LinesFormat(),
        JSONLinesFormat(),
        CSVFormat(),
        RawFormat(),
    ]

    /// The format of a name as users write it.
    package static func named(_ name: String) throws(UnknownFormat) -> any RecordFormat {
        guard let format = all.first(where: { $0.name == name.lowercased() }) else {
            throw UnknownFormat(name: name)
        }
        return format
    }

    /// The format that a path's extension suggests, compression's extension left out:
    /// `a/flights.jsonl.zst` is JSON Lines.
    ///
    /// nil if it suggests none.
    package static func suggested(by path: String) -> (any RecordFormat)? {
        var name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if let codec = StreamCompression.suggested(by: name) {
            name.removeLast(codec.extensionLength(in: name))
        }
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let suffix = String(name[name.index(after: dot)...])
        return all.first { $0.extensions.contains(suffix) }
    }
}

/// A format name that is none.
package struct UnknownFormat: Error, Equatable, Sendable, CustomStringConvertible {
    package let name: String

    package var description: String {
        let names = RecordFormats.all.map(\.name).joined(separator: ", ")
        return "There is no format '\(name.prefix(60))'. Use one of: \(names)."
    }
}
