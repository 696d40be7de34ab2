/// What the text cells of an extraction count from.
package struct JSONPlace: Sendable, BitwiseCopyable {
    /// Where the memory that is read starts in its home.
    package let start: Int
    package let home: CellHome

    package init(start: Int = 0, home: CellHome = .input) {
        self.start = start
        self.home = home
    }

    /// A cell over the bytes at `position` of the memory that is read.
    func text(_ kind: CellKind, _ position: Int, count: Int) -> Cell {
        Cell(
            kind: kind, home: home, count: UInt32(truncatingIfNeeded: count),
            bits: Int64(start &+ position))
    }

    /// The place of what lies `position` bytes further on.
    func advanced(by position: Int) -> JSONPlace { JSONPlace(start: start + position, home: home) }
}
