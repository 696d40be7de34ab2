/// Text that is equal only to the same code points.
///
/// `String ==` is canonical equivalence: it would take `é` for `e` with an accent and the KELVIN
/// SIGN for `K`, which the language must not (EXPRESSIONS.md §3).
package struct ExactText: Hashable, Sendable, CustomStringConvertible {
    package let string: String

    package init(_ string: String) { self.string = string }

    package var description: String { string }

    package static func == (left: ExactText, right: ExactText) -> Bool {
        left.string.utf8.elementsEqual(right.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in string.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }
}
