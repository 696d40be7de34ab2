import Bytes
package import Connectors
package import Expressions
package import Filters
import Records

/// A compiled query: what a pipeline is made of, any number of times.
package struct QueryPlan: Sendable {
    /// What the source's records are turned into.
    private enum Stage: Sendable {
        /// The records as they are.
        case records
        /// JSON objects of the values.
        case projection(names: [String])
        case aggregation(AggregatePlan)
    }

    package let source: StreamReference
    /// Nil for a SELECT that stands alone.
    package let target: StreamReference?
    package let description: StreamDescription
    /// The names of the result's columns; nil for `SELECT *`.
    package let columnNames: [String]?
    /// Everything that is computed of the source's records.
    package let program: Program
    private let time: RootIndex?
    private let condition: RootIndex?
    private let values: [RootIndex]
    private let stage: Stage
    private let limit: Int64?
    private let watermarkDelay: Int64
    private let explanation: QueryExplanation

    /// - Throws: ``SQLError`` for names and types.
    init(
        _ query: ResolvedQuery, source: StreamReference, target: StreamReference?,
        description: StreamDescription
    ) throws(SQLError) {
        self.source = source
        self.target = target
        self.description = description
        columnNames = query.items?.map(\.name)
        limit = query.limit
        watermarkDelay = query.keys == nil ? 0 : query.watermarkDelay
        let shape = RowShape(query.format)
        var builder = ProgramBuilder(CompileOptions(shape: shape, allowsVolatile: false))
        time = try Self.addTime(query, to: &builder)
        condition = try Self.add(query.condition, to: &builder)
        if let keys = query.keys {
            let grouped = try GroupedQuery(query, keys: keys, builder: &builder)
            values = grouped.values
            stage = .aggregation(grouped.plan)
        } else if let items = query.items {
            values = try Self.addValues(items.map(\.syntax), to: &builder)
            stage = .projection(names: items.map(\.name))
        } else {
            values = []
            stage = .records
        }
        program = builder.build()
        explanation = QueryExplanation(query, source: source, description: description)
    }

    // MARK: - Compiling

    private static func addTime(
        _ query: ResolvedQuery, to builder: inout ProgramBuilder
    ) throws(SQLError) -> RootIndex? {
        // Without a window time decides nothing, and a NULL time drops nothing.
        guard query.windows != nil, let eventTime = query.eventTime else { return nil }
        let root: RootIndex
        do throws(ExpressionError) {
            root = try builder.addValue(eventTime)
        } catch {
            throw SQLError(
                .expression(error.kind), at: query.position, "event time: \(error.message)",
                suggestion: error.suggestion)
        }
        switch builder.staticType(of: root) {
        case nil, .int, .double, .string, .timestamp: return root
        case .some(let type):
            throw SQLError(
                .type, at: query.position,
                "event time: \(eventTime) is \(type.name); it must be a time or milliseconds")
        }
    }

    private static func add(
        _ condition: Syntax?, to builder: inout ProgramBuilder
    ) throws(SQLError) -> RootIndex? {
        guard let condition else { return nil }
        do throws(ExpressionError) {
            return try builder.addCondition(condition)
        } catch {
            throw SQLError(error)
        }
    }

    static func addValues(
        _ syntaxes: [Syntax], to builder: inout ProgramBuilder
    ) throws(SQLError) -> [RootIndex] {
        do throws(ExpressionError) {
            var roots: [RootIndex] = []
            for syntax in syntaxes { roots.append(try builder.addValue(syntax)) }
            return roots
        } catch {
            throw SQLError(error)
        }
    }

    // MARK: - Using

    /// The plan as text: one line for each step, from the source to the target.
    package func explain() -> String { explanation.text(target: target, program: program) }

    /// Names the query, so that committed state of another one is refused.
    package var fingerprint: UInt64 {
        StableHash.hash(Array((source.name + explanation.computation).utf8).rawSpan)
    }

    /// A pipeline that runs the query.
    ///
    /// - Parameters:
    ///   - source: opened for ``source``.
    ///   - target: what takes the results.
    ///   - options: the caller's; the watermark delay is set from the plan, and the fingerprint is
    ///     that of the query mixed with the caller's, which names what surrounds it, as the target.
    ///   - streams: what the records of each split have in common; by default the description's
    ///     topic, with the split's place as its partition.
    /// - Returns: the pipeline, to be run once.
    package func makePipeline(
        source: any Source, target: any Target, options: PipelineOptions = PipelineOptions(),
        streams: [RecordStream]? = nil
    ) -> Pipeline {
        var options = options
        options.watermarkDelay = watermarkDelay
        options.fingerprint ^= fingerprint
        let rows = RowProgram(
            program, time: time, condition: condition, values: values,
            streams: streams ?? defaultStreams(of: source))
        var operators: [any Operator] = []
        switch stage {
        case .records:
            if condition != nil {
                operators.append(ConditionOperator(rows, summary: "filter"))
            }
        case .projection(let names): operators.append(ProjectionOperator(rows, names: names))
        case .aggregation(let plan): operators.append(AggregateOperator(rows, plan))
        }
        if let limit { operators.append(LimitOperator(limit)) }
        return Pipeline(
            source: source, operators: operators, target: target,
            eventTime: time == nil ? RecordTimestamps() : rows, options: options)
    }

    private func defaultStreams(of source: any Source) -> [RecordStream] {
        // One at least: it stands for splits that the list does not name.
        (0..<max(1, source.splits.count)).map {
            RecordStream(topic: description.topic, partition: Int32(truncatingIfNeeded: $0))
        }
    }
}
