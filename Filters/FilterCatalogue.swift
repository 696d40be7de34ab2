/// The filter languages, cheapest first: the order in which a subscription's conditions run.
///
/// A new language is a folder with a ``FilterLanguage`` and a line here.
package enum FilterCatalogue {
    package static let languages: [any FilterLanguage.Type] = [
        TagFilter.self,
        SQLFilter.self,
        PatternFilter.self,
    ]

    /// The languages' names.
    package static var names: [String] { languages.map { $0.name } }
}

extension FilterCatalogue {
    /// The place of a language of the catalogue.
    static func place(of name: String) -> Int {
        guard let place = names.firstIndex(of: name) else {
            preconditionFailure("the filter language '\(name)' has no line in the catalogue")
        }
        return place
    }
}
