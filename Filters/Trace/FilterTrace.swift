import Bytes
package import Expressions
package import Records

/// Why a filter keeps one record or not: what each of its languages says, and the record's fate.
package struct FilterTrace: Sendable {
    /// What one language says.
    package enum Part: Sendable {
        /// The record's tag, nil if it has none, and whether it is one of those asked for.
        case tag(expression: String, tag: String?, matches: Bool)
        case sql(TraceTerm)
        /// What was searched (nil: there is nothing), and where the pattern was found.
        case pattern(
            expression: String, target: String, subject: String?, result: PatternResult)
    }

    package enum PatternResult: Sendable, Equatable {
        /// The bytes of the match.
        case found(Range<Int>, text: String)
        case notFound
        /// There is no payload, key or header to search.
        case nothingToSearch
        /// A limit was exceeded.
        case limit
    }

    /// What becomes of the record.
    package enum Fate: Sendable, Equatable {
        case delivered
        /// A language refused it: its name.
        case refused(String)
        /// A condition was UNKNOWN, which is no error and never delivers.
        case unknown
        /// It cannot be evaluated, and the policy decides.
        case failed(EvaluationError, ErrorPolicy)
    }

    /// In the order in which the languages run.
    package let parts: [Part]
    package let fate: Fate
    /// Why the payload is not of its declared format; each of its fields is then NULL.
    package let malformed: MalformedPayload?

    /// Runs a filter over one record of a block.
    ///
    /// - Parameters:
    ///   - definition: the filter.
    ///   - block: the records.
    ///   - row: the one that is asked about.
    ///   - stream: what the records have in common.
    ///   - now: the value of `NOW()`.
    ///   - allowsVolatile: whether `NOW()` may be used.
    /// - Throws: what is wrong with the definition.
    package init(
        _ definition: FilterDefinition, _ block: borrowing RecordBlock, row: Int,
        of stream: RecordStream, now: Int64, allowsVolatile: Bool = false
    ) throws(FilterError) {
        var filter = try SubscriptionFilter(definition, allowsVolatile: allowsVolatile)
        var selection = Selection()
        selection.append(Int32(row))
        _ = filter.select(from: block, of: stream, now: now, selection: &selection)
        fate = Self.fate(filter.report, definition.errorPolicy)
        malformed = filter.report.firstMalformed
        var parts: [Part] = []
        let options = FilterOptions(format: definition.format, allowsVolatile: allowsVolatile)
        for name in FilterCatalogue.names {
            guard let clause = definition.clause(name) else { continue }
            switch try FilterCatalogue.compile(clause, options: options) {
            case let filter as TagFilter: parts.append(filter.trace(block, row, clause))
            case let filter as SQLFilter:
                parts.append(.sql(try filter.trace(block, row, of: stream, now: now, clause)))
            case let filter as PatternFilter: parts.append(filter.trace(block, row, clause))
            default: continue
            }
        }
        self.parts = parts
    }

    private static func fate(_ report: FilterReport, _ policy: ErrorPolicy) -> Fate {
        if let row = report.errorRows.first { return .failed(row.error, policy) }
        if report.unknown > 0 { return .unknown }
        for (place, name) in FilterCatalogue.names.enumerated() where report.refused[place] > 0 {
            return .refused(name)
        }
        return .delivered
    }

    /// Bytes of a record's text that are shown.
    static let textByteCountMax = 200

    static func text(_ bytes: RawSpan) -> String {
        let shown = bytes.slice(0, count: min(bytes.byteCount, textByteCountMax))
        let text = String(decoding: [UInt8](copying: shown), as: UTF8.self)
        return bytes.byteCount > textByteCountMax ? text + "…" : text
    }
}

extension FilterCatalogue {
    /// Compiles a clause whose language is in the catalogue.
    static func compile(
        _ clause: FilterClause, options: FilterOptions
    ) throws(FilterError) -> any CompiledFilter {
        guard let language = languages.first(where: { $0.name == clause.language }) else {
            throw .unknownLanguage(clause.language, known: names)
        }
        return try language.compile(clause, options: options)
    }
}

extension TagFilter {
    fileprivate func trace(
        _ block: borrowing RecordBlock, _ row: Int, _ clause: FilterClause
    ) -> FilterTrace.Part {
        var tags: [String] = []
        var isMatch = expression.matchesEverything
        _ = RecordHeaders.hasTag(of: row, in: block) { tag in
            tags.append(FilterTrace.text(tag))
            if matches(tag) { isMatch = true }
            return false
        }
        let text = tags.isEmpty ? nil : tags.joined(separator: ", ")
        return .tag(expression: clause.source, tag: text, matches: isMatch)
    }
}

extension SQLFilter {
    fileprivate func trace(
        _ block: borrowing RecordBlock, _ row: Int, of stream: RecordStream, now: Int64,
        _ clause: FilterClause
    ) throws(FilterError) -> TraceTerm {
        let trace: ExpressionTrace
        do throws(ExpressionError) {
            trace = try ExpressionTrace(clause.source, options: program.options)
        } catch {
            throw .sql(error)
        }
        var fields = RecordFieldState()
        var source = RecordFieldSource(block, of: stream, taking: &fields)
        return trace.evaluate(&source, row: Int32(row), now: now)
    }
}

extension PatternFilter {
    fileprivate func trace(
        _ block: borrowing RecordBlock, _ row: Int, _ clause: FilterClause
    ) -> FilterTrace.Part {
        var expression = "/\(clause.source)/"
        if let flags = clause[option: "flags"] { expression += flags }
        guard let subject = subject(of: row, in: block) else {
            return .pattern(
                expression: expression, target: target.text, subject: nil,
                result: .nothingToSearch)
        }
        var matcher = makeMatcher()
        let result: FilterTrace.PatternResult
        switch mayMatch(subject) ? matcher.search(subject) : .noMatch {
        case .match:
            let span = matcher.span(ofGroup: 0) ?? 0..<0
            let text = FilterTrace.text(subject.slice(span.lowerBound, count: span.count))
            result = .found(span, text: text)
        case .noMatch: result = .notFound
        case .limitExceeded: result = .limit
        }
        return .pattern(
            expression: expression, target: target.text, subject: FilterTrace.text(subject),
            result: result)
    }
}
