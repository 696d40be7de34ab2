/// The type of a node as far as it is known when the expression is compiled.
enum StaticType: Sendable, Hashable {
    /// Known at run time only: a property, a JSON value.
    case dynamic
    /// The literal NULL.
    case null
    case known(ValueType)

    var name: String {
        switch self {
        case .dynamic: "a value of any type"
        case .null: "NULL"
        case .known(let type): type.name
        }
    }
}
