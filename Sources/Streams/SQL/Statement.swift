package import Expressions

/// A statement of a script, as it was written.
package struct Statement: Sendable {
    package indirect enum Form: Sendable {
        case createStream(StreamDefinition)
        case select(SelectStatement)
        case insert(into: RelationName, SelectStatement)
        /// `EXPLAIN` of a SELECT or INSERT.
        case explain(Form)
    }

    package let form: Form
    /// UTF-8 positions of the statement in the script, without its semicolon.
    package let range: Range<Int>
}

/// A stream, topic or file that a statement names.
package struct RelationName: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A declared stream, a topic or `stdin`.
        case name
        /// `'file.jsonl'`.
        case file
    }

    package let text: String
    package let kind: Kind
    /// UTF-8 position in the script.
    package let position: Int
}

/// `SELECT … FROM … WHERE … GROUP BY … HAVING … LIMIT …`.
package struct SelectStatement: Sendable {
    /// One item of the list.
    package struct Item: Sendable {
        package let syntax: Syntax
        /// The name after AS, or without AS.
        package let alias: String?
        package let position: Int
    }

    /// Nil for `SELECT *`.
    package let items: [Item]?
    package let from: FromClause
    package let condition: Syntax?
    package let groupBy: [Syntax]
    package let having: Syntax?
    package let limit: Int64?
    /// UTF-8 position of SELECT.
    package let position: Int
}

/// `FROM relation`, or a window over it.
package struct FromClause: Sendable {
    package let relation: RelationName
    /// The name by which columns may be qualified.
    package let alias: String?
    package let window: WindowCall?
}

/// `TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR)` and its like.
package struct WindowCall: Sendable {
    package enum Function: String, Sendable, CaseIterable {
        case tumble = "TUMBLE"
        case hop = "HOP"
        case cumulate = "CUMULATE"
    }

    package let function: Function
    /// The column of `DESCRIPTOR(…)`; nil in the short form.
    package let descriptor: Syntax?
    /// The intervals in their order, milliseconds.
    package let intervals: [Int64]
    /// UTF-8 position of the function's name.
    package let position: Int
}

/// `CREATE STREAM name (…) WITH (…)`.
package struct StreamDefinition: Sendable {
    package struct Column: Sendable, Equatable {
        package let name: String
        /// The type as CAST spells it, in upper case.
        package let typeName: String
        package let position: Int
    }

    /// Where the records are.
    package enum Place: Sendable, Equatable {
        case topic(String)
        case path(String)
    }

    package let name: String
    /// Empty if the fields are not declared.
    package let columns: [Column]
    package let place: Place
    /// `json`, `csv` or `raw`; nil if the place decides.
    package let format: String?
    /// The event time, an expression over a record's fields.
    package let eventTime: Syntax?
    /// Milliseconds that the watermark stays behind the latest event.
    package let watermarkDelay: Int64?
    /// UTF-8 position of the name.
    package let position: Int
}
