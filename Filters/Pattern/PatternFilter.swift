package import Bytes
package import Expressions
package import Records

/// Keeps the records in which a regular expression is found: PCRE2 over the bytes of the payload,
/// the key or a header (EXPRESSIONS.md §20).
package struct PatternFilter: CompiledFilter {
    package let target: PatternTarget
    private let regex: Regex
    private let header: [UInt8]

    /// Compiles a pattern.
    ///
    /// - Parameters:
    ///   - pattern: bytes; UTF-8 if the flags have `u`.
    ///   - flags: letters of `imsxu`.
    ///   - target: what is searched.
    /// - Throws: PCRE2's reason with its place, or the unknown flag.
    package init(
        _ pattern: RawSpan, flags: String = "", target: PatternTarget = .payload
    ) throws(PatternError) {
        let options = try Self.options(flags)
        do throws(RegexSyntaxError) {
            regex = try Regex(pattern, options: options)
        } catch {
            throw .syntax(error)
        }
        self.target = target
        header = if case .header(let name) = target { Array(name.utf8) } else { [] }
    }

    /// The options of a pattern with these flags.
    package static func options(_ flags: String) throws(PatternError) -> RegexOptions {
        var options = RegexOptions.bytes
        for flag in flags {
            guard options.insert(flag: flag) else { throw .unknownFlag(flag) }
        }
        // Without `u` a pattern sees bytes; with it, text by Unicode's properties.
        options.isUTF = options.isUnicodeAware
        return options
    }

    /// Number of the pattern's capture groups, without group 0.
    package var groupCount: Int { regex.groupCount }

    /// A matcher of the pattern, to be used by one thread.
    package func makeMatcher() -> RegexMatcher { RegexMatcher(regex) }

    package mutating func select(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        selection: inout Selection, report: inout FilterReport
    ) {
        let before = selection.count
        let errorsBefore = report.errorRows.count
        let block = copy block
        var matcher = RegexMatcher(regex)
        selection.keep { row in
            guard let subject = subject(of: row, in: block) else { return false }
            switch matcher.search(subject) {
            case .match: return true
            case .noMatch: return false
            case .limitExceeded:
                report.note(ErrorRow(row: Int32(row), error: .regexLimit))
                return false
            }
        }
        let errors = report.errorRows.count - errorsBefore
        report.refused[Self.place] += before - selection.count - errors
    }

    @_lifetime(copy block)
    func subject(of row: Int, in block: borrowing RecordBlock) -> RawSpan? {
        switch target {
        case .payload: block.value(row)
        case .key: RecordHeaders.key(of: row, in: block)
        case .header: RecordHeaders.value(named: header.rawSpan, of: row, in: block)
        }
    }

    package var summarizedFields: [FieldReference] { [] }

    package func possibleTruths(_ summary: BlockSummary) -> PossibleTruths { .all }

    /// The language's place in the catalogue.
    private static let place = FilterCatalogue.place(of: name)
}

extension PatternFilter: FilterLanguage {
    package static var name: String { "pattern" }

    private enum OptionName {
        static let flags = "flags"
        static let target = "target"
    }

    /// A clause of this language.
    package static func clause(
        _ pattern: [UInt8], flags: String = "", target: PatternTarget = .payload
    ) -> FilterClause {
        var options: [String: String] = [:]
        if !flags.isEmpty { options[OptionName.flags] = flags }
        if target != .payload { options[OptionName.target] = target.text }
        return FilterClause(language: name, text: pattern, options: options)
    }

    package static func compile(
        _ clause: FilterClause, options: FilterOptions
    ) throws(FilterError) -> any CompiledFilter {
        try clause.requireOptions([OptionName.flags, OptionName.target])
        let text = clause[option: OptionName.target] ?? PatternTarget.payload.text
        guard let target = PatternTarget(text: text) else {
            throw .option(
                language: name, name: OptionName.target, value: text,
                known: ["payload", "key", "header:NAME"])
        }
        do throws(PatternError) {
            return try PatternFilter(
                clause.text.rawSpan, flags: clause[option: OptionName.flags] ?? "", target: target)
        } catch {
            throw .pattern(error)
        }
    }
}
