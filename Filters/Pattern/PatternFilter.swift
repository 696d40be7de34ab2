package import Bytes
package import Expressions
package import Records

/// Keeps the records in which a regular expression is found: PCRE2 over the bytes of the payload,
/// the key or a header (EXPRESSIONS.md §20).
package struct PatternFilter: CompiledFilter {
    package let target: PatternTarget
    private let regex: Regex
    private let header: [UInt8]
    /// Text that every match holds; empty if nothing is known, or if PCRE2 looks for it as well.
    private let literal: [UInt8]
    /// The pattern for many lines at once, with `^` and `$` for each of them; nil if it might find
    /// something else than in the lines one by one.
    private let lineRegex: Regex?

    /// PCRE2 looks for a byte or two by itself before it begins.
    private static let literalCountMin = 3

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
        let facts = PatternFacts([UInt8](copying: pattern), options: options)
        literal = facts.literal.count >= Self.literalCountMin ? facts.literal : []
        if facts.staysInLine, target == .payload {
            var options = options
            options.isMultiline = true
            lineRegex = try? Regex(pattern, options: options)
        } else {
            lineRegex = nil
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
        var kept = Selection()
        if let lineRegex {
            var lines = LineSearch(lineRegex, block)
            lines.run(selection.rows.span, into: &kept) { rows, kept in
                search(rows, in: block, into: &kept, &report)
            }
        } else {
            search(selection.rows.span, in: block, into: &kept, &report)
        }
        selection = kept
        let errors = report.errorRows.count - errorsBefore
        report.refused[Self.place] += before - selection.count - errors
    }

    /// Whether a subject holds the text that every match has: one that lacks it is no match, not a
    /// record over the limits.
    func mayMatch(_ subject: RawSpan) -> Bool {
        guard target == .payload, !literal.isEmpty else { return true }
        return subject.firstPosition(of: literal.rawSpan) != nil
    }

    /// Searches records one by one, but for those that lack the pattern's literal: they cannot
    /// match, wherever they lie.
    private func search(
        _ rows: Span<Int32>, in block: borrowing RecordBlock, into kept: inout Selection,
        _ report: inout FilterReport
    ) {
        var matcher = RegexMatcher(regex)
        var literals = LiteralSearch(literal, block)
        for index in rows.indices {
            let row = Int(rows[index])
            guard let subject = subject(of: row, in: block) else { continue }
            if target == .payload, !literals.mayMatch(row) { continue }
            switch matcher.search(subject) {
            case .match: kept.append(rows[index])
            case .noMatch: break
            case .limitExceeded:
                report.note(ErrorRow(row: rows[index], error: .regexLimit))
            }
        }
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
