import Bytes
package import Expressions

/// What is known of the records of a stored block: a summary for each field that was asked for
/// when it was made.
package struct BlockSummary: Sendable {
    /// Summaries by the name of their field.
    private(set) var fields: [(name: String, summary: FieldSummary)] = []
    /// Number of fields in the byte form, at most.
    static let fieldCountMax = 256

    package init() {}

    /// The summary of a field, or nil.
    package func summary(of field: FieldReference) -> FieldSummary? {
        summary(named: field.description)
    }

    /// The summary of the field of that name, see ``FieldReference/description``; or nil.
    func summary(named name: String) -> FieldSummary? {
        fields.first { $0.name == name }?.summary
    }

    /// Adds or replaces the summary of a field.
    package mutating func set(_ field: FieldReference, to summary: FieldSummary) {
        let name = field.description
        fields.removeAll { $0.name == name }
        fields.append((name, summary))
    }

    /// Whether it tells of all these fields.
    package func covers(_ wanted: [FieldReference]) -> Bool {
        wanted.allSatisfy { summary(of: $0) != nil }
    }

    // MARK: Byte form

    private static let version: UInt8 = 1

    /// Appends the byte form: version u8 = 1, number of fields, and each field's name and summary.
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.append(count: fields.count)
        for field in fields {
            bytes.append(text: field.name)
            field.summary.encode(into: &bytes)
        }
    }

    /// Reads the byte form; nil if the bytes are none.
    package init?(decoding bytes: RawSpan) {
        var cursor = ByteCursor(bytes)
        guard cursor.integer(UInt8.self) == Self.version,
            let count = cursor.count(limit: Self.fieldCountMax)
        else { return nil }
        for _ in 0..<count {
            guard let name = cursor.text(), let summary = FieldSummary(&cursor) else { return nil }
            fields.append((name, summary))
        }
        guard cursor.isAtEnd else { return nil }
    }
}
