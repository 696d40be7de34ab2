import Expressions
import Filters
import Records

/// A SELECT whose names are resolved and whose clauses are checked against each other, before
/// anything is compiled.
struct ResolvedQuery {
    /// An item of the SELECT list over the stream's fields.
    struct Item {
        let name: String
        let syntax: Syntax
    }

    /// Nil for `SELECT *`.
    let items: [Item]?
    let condition: Syntax?
    let having: Syntax?
    let limit: Int64?
    /// The group keys without the window's columns; nil if nothing is grouped or aggregated.
    let keys: [Syntax]?
    let windows: WindowAssigner?
    /// The event time; nil for the record's own timestamp.
    let eventTime: Syntax?
    let watermarkDelay: Int64
    let allowedLateness: Int64
    let format: PayloadFormat
    /// Where the window stands in the script, or the SELECT.
    let position: Int

    init(
        _ select: SelectStatement, definition: StreamDefinition?, description: StreamDescription,
        options: QueryOptions
    ) throws(SQLError) {
        let isCSV = if case .csv = description.format { true } else { false }
        // The stream's own name qualifies declared columns; else it could be a JSON member too.
        let isDeclared = definition?.columns.isEmpty == false
        let scope = ColumnScope(
            alias: select.from.alias ?? (isDeclared ? definition?.name : nil),
            columns: definition?.columns ?? [], emptyIsNull: isCSV)
        let aliases = SelectAliases(select.items ?? [])
        format = description.format
        limit = select.limit
        position = select.from.window?.position ?? select.position
        allowedLateness = StreamLimits.duration(options.allowedLateness)
        watermarkDelay = StreamLimits.duration(
            definition?.watermarkDelay ?? options.watermarkDelay)
        try Self.refuseAggregates(in: select.condition, "WHERE", "use HAVING")
        condition = try Self.resolve(select.condition, scope)
        var items: [Item]?
        if let written = select.items { items = try Self.items(written, scope) }
        self.items = items
        having = try Self.resolve(select.having.map { aliases.expand($0) }, scope)
        windows = try Self.windows(select.from.window)
        eventTime = try Self.eventTime(select, definition, description, scope)
        let isGrouped =
            !select.groupBy.isEmpty || select.having != nil
            || (items ?? []).contains { AggregateCollector.hasAggregate($0.syntax) }
        guard isGrouped else {
            if let window = select.from.window {
                throw SQLError(
                    .unsupported, at: window.position,
                    "a window without GROUP BY is not supported yet; "
                        + "add GROUP BY window_start, window_end")
            }
            keys = nil
            return
        }
        guard select.items != nil else {
            throw SQLError(
                .type, at: select.position,
                "SELECT * and GROUP BY exclude each other: "
                    + "name the group's columns and aggregates")
        }
        keys = try Self.keys(select, aliases, scope, isBounded: description.isBounded)
    }

    // MARK: - Items

    static func items(
        _ written: [SelectStatement.Item], _ scope: ColumnScope
    ) throws(SQLError) -> [Item] {
        var items: [Item] = []
        for item in written {
            let name = item.alias ?? Self.name(of: item.syntax)
            if items.contains(where: { ExactText($0.name) == ExactText(name) }) {
                throw SQLError(
                    .name, at: item.position, "two columns are called \(name): use AS")
            }
            items.append(Item(name: name, syntax: try scope.resolve(item.syntax)))
        }
        return items
    }

    /// A column's last name, or the text of any other expression.
    private static func name(of syntax: Syntax) -> String {
        guard case .name(let name) = syntax.form else { return syntax.description }
        switch name.steps.last?.kind {
        case .dotted(let text), .key(let text): return text.string
        case .element: return syntax.description
        case nil: return name.first.string
        }
    }

    private static func resolve(
        _ syntax: Syntax?, _ scope: ColumnScope
    ) throws(SQLError) -> Syntax? {
        guard let syntax else { return nil }
        return try scope.resolve(syntax)
    }

    private static func refuseAggregates(
        in syntax: Syntax?, _ clause: String, _ advice: String
    ) throws(SQLError) {
        guard let syntax else { return }
        var problem: SQLError?
        syntax.visit { node in
            if let function = AggregateCollector.function(of: node) {
                problem = SQLError(
                    .type, at: node.position,
                    "\(function.rawValue) is an aggregate, which \(clause) cannot hold: \(advice)")
            } else if case .name(let name) = node.form,
                let column = ResultColumns.windowColumn(name)
            {
                problem = SQLError(
                    .name, at: node.position, "\(clause) cannot hold \(column): \(advice)")
            }
            return problem == nil
        }
        if let problem { throw problem }
    }

    // MARK: - Windows and time

    private static func windows(_ call: WindowCall?) throws(SQLError) -> WindowAssigner? {
        guard let call else { return nil }
        let intervals = call.intervals
        let kind: WindowAssigner.Kind
        switch call.function {
        case .tumble: kind = .tumble(size: intervals[0])
        case .hop: kind = .hop(slide: intervals[0], size: intervals[1])
        case .cumulate: kind = .cumulate(step: intervals[0], size: intervals[1])
        }
        let offsetIndex = call.function == .tumble ? 1 : 2
        let offset = intervals.count > offsetIndex ? intervals[offsetIndex] : 0
        do throws(WindowError) {
            return try WindowAssigner(kind, offset: offset)
        } catch {
            throw SQLError(.window, at: call.position, error.description)
        }
    }

    private static func eventTime(
        _ select: SelectStatement, _ definition: StreamDefinition?,
        _ description: StreamDescription, _ scope: ColumnScope
    ) throws(SQLError) -> Syntax? {
        guard let window = select.from.window else { return nil }
        let declared = definition?.eventTime
        if let descriptor = window.descriptor {
            if let declared, declared != descriptor {
                throw SQLError(
                    .name, at: descriptor.start,
                    "the event time of \(select.from.relation.text) is \(declared), "
                        + "not \(descriptor)")
            }
            return try scope.resolve(descriptor)
        }
        if let declared { return try scope.resolve(declared) }
        guard description.hasTimestamps else {
            throw SQLError(
                .name, at: window.position,
                "\(select.from.relation.text) has no event time: name its column with "
                    + "DESCRIPTOR(column), or declare the stream with event_time = 'column'")
        }
        return nil
    }

    // MARK: - Groups

    private static func keys(
        _ select: SelectStatement, _ aliases: SelectAliases, _ scope: ColumnScope, isBounded: Bool
    ) throws(SQLError) -> [Syntax] {
        var keys: [Syntax] = []
        var windowColumns: [String] = []
        for written in select.groupBy {
            let syntax = try aliases.groupKey(written)
            if case .name(let name) = syntax.form, select.from.window != nil,
                let column = ResultColumns.windowColumn(name)
            {
                windowColumns.append(column)
                continue
            }
            try refuseAggregates(in: syntax, "GROUP BY", "group by columns of the stream")
            let key = try scope.resolve(syntax)
            if !keys.contains(key) { keys.append(key) }
        }
        try checkWindowColumns(windowColumns, select, isBounded: isBounded)
        return keys
    }

    private static func checkWindowColumns(
        _ columns: [String], _ select: SelectStatement, isBounded: Bool
    ) throws(SQLError) {
        let position = select.groupBy.first?.start ?? select.position
        guard let window = select.from.window else {
            if isBounded { return }
            let name = select.from.relation.text
            throw SQLError(
                .unsupported, at: position,
                "an aggregate over the endless stream \(name) never has a result: group by a "
                    + "window, FROM TUMBLE(\(name), INTERVAL '1' HOUR) … GROUP BY window_start")
        }
        let hasEnd = columns.contains { $0 != "window_start" }
        // Windows of CUMULATE share their starts, so the start alone does not name one.
        let isEnough = window.function == .cumulate ? hasEnd : !columns.isEmpty
        guard isEnough else {
            throw SQLError(
                .type, at: position,
                "GROUP BY must name the window: add window_start, window_end")
        }
    }
}
