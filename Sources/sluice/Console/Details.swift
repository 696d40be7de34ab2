import Bytes

/// One thing with its properties: `name: value` lines for people, one JSON object for programs.
struct Details {
    private var fields: [(title: String, name: String, field: Field)] = []

    init() {}

    /// Adds a property.
    ///
    /// `name` is the JSON name; the title in lower case with `_` for blanks if nil.
    mutating func add(_ title: String, _ field: Field, name: String? = nil) {
        fields.append((title, name ?? Table.Column(title).name, field))
    }

    /// Adds all properties of another.
    mutating func add(_ other: Details) { fields += other.fields }

    /// The properties as one line of JSON.
    var json: String {
        var bytes: [UInt8] = []
        Field.appendObject(fields.map { (name: $0.name, field: $0.field) }, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The properties as lines for people, the values in one column.
    var text: String {
        let width = fields.map { TextWidth.of($0.title) }.max() ?? 0
        return fields.map { title, _, field in
            TextWidth.pad(title + ":", to: width + 2, right: false, isLast: false) + field.text
        }.joined(separator: "\n")
    }

    /// Prints them to stdout.
    func print(to console: Console, as form: OutputOptions.Form) throws {
        try console.line(form == .json ? json : text)
    }
}
