/// One condition of a subscription's filter, in one filter language.
///
/// A plain value that says nothing about whether the text is right: the language judges that when
/// the filter is compiled. So a new language needs no change here, nor in what is stored.
package struct FilterClause: Hashable, Sendable {
    /// The language's name in the ``FilterCatalogue``: `tag`, `sql`, `pattern`.
    package var language: String
    /// The expression; UTF-8 but for patterns, which are bytes.
    package var text: [UInt8]
    /// What the language needs besides, such as a dialect or flags; each name once, ascending.
    package private(set) var options: [Option] = []

    package struct Option: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package init(language: String, text: [UInt8], options: [String: String] = [:]) {
        self.language = language
        self.text = text
        self.options = options.map { Option(name: $0.key, value: $0.value) }
            .sorted { $0.name < $1.name }
    }

    /// The value of an option, or nil.
    package subscript(option name: String) -> String? {
        options.first { $0.name == name }?.value
    }

    /// Refuses a clause with an option that its language does not have.
    func requireOptions(_ known: [String]) throws(FilterError) {
        for option in options where !known.contains(option.name) {
            throw .option(language: language, name: option.name, value: option.value, known: known)
        }
    }

    /// The expression as text, with U+FFFD for what is not UTF-8.
    package var source: String { String(decoding: text, as: UTF8.self) }
}
