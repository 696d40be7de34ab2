package import Platform

/// Why a source cannot be opened or read on: what, where, what to do next.
package enum SourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system refused: missing, a directory, unreadable, a disk fault.
    case inputOutput(IOError)
    /// No path was given.
    case noPath
    /// Standard input was named together with files.
    case standardInputAmongOthers
    /// The compressed bytes end inside a frame; `position` is the file's length.
    case truncatedCompression(name: String, codec: StreamCompression, position: Int64)
    /// The compressed bytes are no valid frame, near `position` in the file.
    case damagedCompression(
        name: String, codec: StreamCompression, position: Int64, reason: String)
    /// The format cannot read the split at all.
    case format(name: String, FormatError)
    /// A later file's header line differs from the first one's.
    case differentColumns(name: String, found: [String], first: String, needed: [String])
    /// The input ends before the position to go on from.
    case shorterThanPosition(name: String, position: Int64, found: Int64)
    /// The stored position is not one of this source.
    case foreignPosition(name: String)
    /// The split is none of this source.
    case unknownSplit(name: String)

    package var description: String {
        switch self {
        case .inputOutput(let error): error.description
        case .noPath: "no file was named. Name at least one, or '-' for standard input."
        case .standardInputAmongOthers:
            "standard input cannot be read together with files. "
                + "Name '-' alone, or pass it as a file: /dev/stdin."
        case .truncatedCompression(let name, let codec, let position):
            "\(name): the \(codec) data are cut off at compressed byte \(position). "
                + "The records before were read. Copy the file again, or go on without its end."
        case .damagedCompression(let name, let codec, let position, let reason):
            "\(name), compressed byte \(position): the \(codec) data are damaged (\(reason)). "
                + "The records before were read. Copy the file again."
        case .format(let name, let error): "\(name): \(error.phrase)"
        case .differentColumns(let name, let found, let first, let needed):
            "\(name): its header line names \(found.count) columns (\(Self.list(found))), but "
                + "that of \(first) names \(needed.count) (\(Self.list(needed))). "
                + "Read files with different columns one at a time."
        case .shorterThanPosition(let name, let position, let found):
            "\(name): reading was to go on at byte \(position), but there are only \(found). "
                + "The file was replaced or cut: restore it, or start over without stored "
                + "progress (--restart)."
        case .foreignPosition(let name):
            "\(name): the stored position was not made by this source. "
                + "Start over without stored progress (--restart)."
        case .unknownSplit(let name): "'\(name)' is no split of this source."
        }
    }

    private static func list(_ columns: [String]) -> String {
        columns.prefix(8).joined(separator: ", ") + (columns.count > 8 ? ", …" : "")
    }
}
