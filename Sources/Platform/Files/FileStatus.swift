/// What a path leads to (symbolic links followed), from stat(2).
package struct FileStatus: Equatable, Sendable {
    /// The kinds that Sluice treats differently.
    package enum Kind: Sendable { case regular, directory, fifo, characterDevice, other }

    package let kind: Kind
    /// Length in bytes; meaningful for regular files.
    package let size: Int64
    /// Bytes that the file occupies on the disk, holes left out, reserved space included.
    package let allocatedSize: Int64

    package init(kind: Kind, size: Int64, allocatedSize: Int64) {
        self.kind = kind
        self.size = size
        self.allocatedSize = allocatedSize
    }
}
