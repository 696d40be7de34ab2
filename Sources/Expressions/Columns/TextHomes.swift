import Bytes

/// The three memories that text cells point into, borrowed for one batch.
package struct TextHomes: ~Escapable {
    package let input: RawSpan
    package let arena: RawSpan
    package let constants: RawSpan

    @_lifetime(copy input, copy arena, copy constants)
    package init(input: RawSpan, arena: RawSpan, constants: RawSpan) {
        self.input = input
        self.arena = arena
        self.constants = constants
    }

    /// The bytes of a text cell; the cell must come from this batch.
    @_lifetime(copy self)
    package func text(_ cell: Cell) -> RawSpan {
        let start = Int(cell.bits)
        switch cell.home {
        case .input: return input.slice(start, count: Int(cell.count))
        case .arena: return arena.slice(start, count: Int(cell.count))
        case .constants: return constants.slice(start, count: Int(cell.count))
        }
    }
}
