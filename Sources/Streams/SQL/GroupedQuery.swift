import Expressions

/// The compiled parts of a query that groups and aggregates.
struct GroupedQuery {
    /// Group keys, then the aggregates' arguments and filters.
    let values: [RootIndex]
    let plan: AggregatePlan

    /// Adds the keys and arguments to the row program under construction.
    init(
        _ query: ResolvedQuery, keys: [Syntax], builder: inout ProgramBuilder
    ) throws(SQLError) {
        var columns = ResultColumns(keys: keys, hasWindow: query.windows != nil)
        var items: [Syntax] = []
        for item in query.items ?? [] { items.append(try columns.rewrite(item.syntax)) }
        var having: Syntax?
        if let written = query.having { having = try columns.rewrite(written) }
        let aggregates = columns.aggregates
        values = try QueryPlan.addValues(keys + aggregates.inputs, to: &builder)
        let types = values.map { builder.staticType(of: $0) }
        try Self.checkArguments(aggregates, types, inputs: aggregates.inputs, keys.count)

        var results = ProgramBuilder(
            CompileOptions(
                shape: columns.shape(keyTypes: Array(types.prefix(keys.count))),
                allowsVolatile: false))
        var havingRoot: RootIndex?
        do throws(ExpressionError) {
            if let having { havingRoot = try results.addCondition(having) }
        } catch {
            throw SQLError(error)
        }
        let windows =
            if let windows = query.windows { windows } else {
                try Self.everything(at: query.position)
            }
        let itemRoots = try QueryPlan.addValues(items, to: &results)
        plan = AggregatePlan(
            windows: windows,
            lateness: query.windows == nil ? 0 : query.allowedLateness, keyCount: keys.count,
            accumulators: aggregates.accumulators, calls: aggregates.calls,
            results: results.build(), having: havingRoot, items: itemRoots,
            names: (query.items ?? []).map(\.name), summary: "aggregate")
    }

    private static func everything(at position: Int) throws(SQLError) -> WindowAssigner {
        do throws(WindowError) {
            return try WindowAssigner(.everything)
        } catch {
            throw SQLError(.window, at: position, error.description)
        }
    }

    /// Refuses arguments whose static type the aggregate has no use for.
    private static func checkArguments(
        _ aggregates: AggregateCollector, _ types: [ValueType?], inputs: [Syntax], _ keyCount: Int
    ) throws(SQLError) {
        for call in aggregates.calls {
            let accumulator = aggregates.accumulators[call.accumulator]
            guard let argument = accumulator.argument, let type = types[argument] else { continue }
            let isFit =
                switch accumulator.kind {
                case .count, .distinct, .edge: true
                case .sum, .moments, .ranked: type == .int || type == .double || type == .string
                case .extreme: type != .bool && type != .json
                }
            guard isFit else {
                throw SQLError(
                    .type, at: inputs[argument - keyCount].start,
                    "\(call.function.rawValue) cannot take \(type.name)")
            }
        }
    }
}
