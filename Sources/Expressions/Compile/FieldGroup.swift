/// Fields that are loaded together, because a source finds them in one pass over the record.
struct FieldGroup: Sendable {
    enum Kind: Int, Sendable, CaseIterable {
        case column, attribute, property, csv, payload, json
    }

    let kind: Kind
    var fields: [FieldReference]
}

/// Where a field's column is.
struct FieldPlace: Sendable {
    let group: Int
    let index: Int
}

extension FieldGroup.Kind {
    init(_ field: FieldReference) {
        switch field {
        case .attribute(.payload): self = .payload
        case .attribute: self = .attribute
        case .property, .header, .headerCount: self = .property
        case .payload: self = .json
        case .csv: self = .csv
        case .column: self = .column
        }
    }

    /// Estimated work to load such a field for a row.
    var cost: Int {
        switch self {
        case .column, .attribute: 1
        case .property: 4
        case .csv: 16
        case .payload: 20
        case .json: 40
        }
    }
}
