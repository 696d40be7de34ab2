import Expressions

/// Rewrites the expressions of a grouped SELECT so that they read the result's columns: group keys
/// and aggregates become column names that no user can write.
struct ResultColumns {
    private let keys: [Syntax]
    private let hasWindow: Bool
    private(set) var aggregates: AggregateCollector

    init(keys: [Syntax], hasWindow: Bool) {
        self.keys = keys
        self.hasWindow = hasWindow
        aggregates = AggregateCollector(keyCount: keys.count)
    }

    /// The expression over columns.
    ///
    /// - Throws: for a name that is neither grouped nor aggregated.
    mutating func rewrite(_ syntax: Syntax) throws(SQLError) -> Syntax {
        let keys = self.keys
        let hasWindow = self.hasWindow
        var collector = aggregates
        var problem: SQLError?
        let rewritten = syntax.replacing { node in
            if problem != nil { return node }
            if let index = keys.firstIndex(of: node) {
                return Self.column(Self.keyName(index), at: node.position)
            }
            if AggregateCollector.function(of: node) != nil {
                do throws(SQLError) {
                    let index = try collector.add(node)
                    return Self.column(Self.callName(index), at: node.position)
                } catch {
                    problem = error
                    return node
                }
            }
            guard case .name(let name) = node.form else { return nil }
            if hasWindow, Self.windowColumn(name) != nil { return node }
            problem = SQLError(
                .name, at: node.position,
                "\(node) is neither grouped nor aggregated: name it in GROUP BY, or take "
                    + "FIRST_VALUE(\(node))")
            return node
        }
        if let problem { throw problem }
        aggregates = collector
        return rewritten
    }

    /// The shape of the result's rows.
    func shape(keyTypes: [ValueType?]) -> RowShape {
        var columns = ResultRows.windowColumnNames.map {
            RowShape.Column(name: hasWindow ? $0 : "\u{0}\($0)", type: .timestamp)
        }
        for (index, type) in keyTypes.enumerated() {
            columns.append(RowShape.Column(name: Self.keyName(index), type: type))
        }
        for (index, call) in aggregates.calls.enumerated() {
            columns.append(
                RowShape.Column(name: Self.callName(index), type: call.function.resultType))
        }
        return .columns(columns)
    }

    /// `window_start`, `window_end` or `window_time`, if the name is one of them.
    static func windowColumn(_ name: Syntax.QualifiedName) -> String? {
        guard !name.isQuoted, name.steps.isEmpty else { return nil }
        return ResultRows.windowColumnNames.first { ExactText($0) == name.first }
    }

    // A zero byte is no part of a name that the lexer accepts unquoted.
    private static func keyName(_ index: Int) -> String { "\u{0}key\(index)" }
    private static func callName(_ index: Int) -> String { "\u{0}call\(index)" }

    private static func column(_ name: String, at position: Int) -> Syntax {
        Syntax(
            .name(Syntax.QualifiedName(first: ExactText(name), isQuoted: true)), at: position)
    }
}
