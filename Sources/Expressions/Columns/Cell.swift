/// What a cell holds (EXPRESSIONS.md §3).
@usableFromInline package enum CellKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Absent, JSON null or NULL; for conditions also UNKNOWN.
    case null
    /// `bits` is the int64.
    case int
    /// `bits` is the IEEE binary64 pattern.
    case double
    /// `bits` is 0 or 1.
    case bool
    /// `bits` is milliseconds since 1970-01-01T00:00:00Z.
    case timestamp
    /// `bits` is milliseconds.
    case duration
    /// Valid UTF-8: `bits` is the start, `count` the bytes, in `home`.
    case string
    /// Any bytes, placed like ``string``.
    case bytes
    /// The text of a JSON object or array that is part of a valid document, placed like ``string``.
    case json
    /// Evaluation failed: `bits` is the raw value of the ``EvaluationError``.
    case error
}

/// Which memory a text cell's start counts in.
@usableFromInline package enum CellHome: UInt8, Sendable, BitwiseCopyable {
    /// The bytes of the block under evaluation: nothing was copied.
    case input
    /// The evaluator's arena, valid until its next batch: unescaped or computed text.
    case arena
    /// The program's constants.
    case constants
}

/// A run-time error of an expression (EXPRESSIONS.md §15); the subscription's policy decides.
package enum EvaluationError: Int64, Error, Sendable, CaseIterable {
    /// A CAST of a value that has no equivalent in the type.
    case cast
    /// A pattern that went over its match, depth or heap limit.
    case regexLimit
    /// `rocketmq` dialect: a value that RocketMQ cannot read in the literal's type.
    case evaluation
    /// A computed LIKE pattern with a wrong escape.
    case pattern
}

/// One dynamically typed value: 16 bytes, no reference, so that a column of them is plain memory.
///
/// Inlinable, as ``CellColumn`` is: other modules make and look at cells in their innermost loops.
@usableFromInline package struct Cell: Sendable, BitwiseCopyable {
    @usableFromInline package var kind: CellKind
    @usableFromInline package var home: CellHome
    /// Byte count of a text cell, else 0.
    @usableFromInline package var count: UInt32
    /// The value, or the start of a text cell, by ``kind``.
    @usableFromInline package var bits: Int64

    @inlinable
    package init(kind: CellKind, home: CellHome = .input, count: UInt32 = 0, bits: Int64 = 0) {
        self.kind = kind
        self.home = home
        self.count = count
        self.bits = bits
    }

    @inlinable
    package static var null: Cell { Cell(kind: .null) }
    @inlinable
    package static func int(_ value: Int64) -> Cell { Cell(kind: .int, bits: value) }
    @inlinable
    package static func double(_ value: Double) -> Cell {
        Cell(kind: .double, bits: Int64(bitPattern: value.bitPattern))
    }
    @inlinable
    package static func bool(_ value: Bool) -> Cell { Cell(kind: .bool, bits: value ? 1 : 0) }
    @inlinable
    package static func timestamp(_ milliseconds: Int64) -> Cell {
        Cell(kind: .timestamp, bits: milliseconds)
    }
    package static func error(_ error: EvaluationError) -> Cell {
        Cell(kind: .error, bits: error.rawValue)
    }
    /// A text cell over `start ..< start + count` of `home`.
    @inlinable
    package static func string(_ home: CellHome, start: Int, count: Int) -> Cell {
        Cell(kind: .string, home: home, count: UInt32(count), bits: Int64(start))
    }

    /// The value of a ``CellKind/double`` cell.
    @inlinable
    package var doubleValue: Double { Double(bitPattern: UInt64(bitPattern: bits)) }
    /// Whether the cell's value is text in a ``CellHome``.
    @inlinable
    package var isText: Bool { kind == .string || kind == .bytes || kind == .json }
}
