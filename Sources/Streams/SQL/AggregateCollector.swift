import Expressions

/// Takes aggregate calls out of expressions, and lays out the accumulators that they need.
///
/// Equal calls are computed once; calls over one argument and filter share an accumulator.
struct AggregateCollector {
    private(set) var calls: [AggregateCall] = []
    private(set) var accumulators: [Accumulator] = []
    /// Arguments and filters, each once; the row program's values behind the group keys.
    private(set) var inputs: [Syntax] = []
    private var syntaxes: [Syntax] = []
    private var wordCount = 0
    /// Number of values before ``inputs``.
    private let keyCount: Int

    init(keyCount: Int) { self.keyCount = keyCount }

    /// Whether the expression holds an aggregate call.
    static func hasAggregate(_ syntax: Syntax) -> Bool {
        var found = false
        syntax.visit { node in
            if function(of: node) != nil { found = true }
            return !found
        }
        return found
    }

    /// The aggregate function that the node calls; nil if it is anything else.
    static func function(of syntax: Syntax) -> AggregateFunction? {
        guard case .call(let call) = syntax.form else { return nil }
        return AggregateFunction(rawValue: call.name)
    }

    /// The call's index among ``calls``, after its arguments are checked.
    mutating func add(_ syntax: Syntax) throws(SQLError) -> Int {
        if let known = syntaxes.firstIndex(of: syntax) { return known }
        guard case .call(let call) = syntax.form, let function = Self.function(of: syntax) else {
            preconditionFailure("\(syntax) is no aggregate call")
        }
        guard calls.count < StreamLimits.aggregateCountMax else {
            throw SQLError(
                .limit, at: syntax.position,
                "a SELECT has at most \(StreamLimits.aggregateCountMax) aggregates")
        }
        let share = try check(call, function, at: syntax.position)
        let kind = Self.kind(function, isDistinct: call.isDistinct)
        let argument = call.isStar ? nil : call.arguments.first.map { input($0) }
        let filter = call.filter.map { condition in
            // TRUE or FALSE for every row, also where the condition is dynamic or UNKNOWN.
            input(Syntax(.test(.true, isNegated: false, condition), at: condition.position))
        }
        let accumulator = accumulator(kind, argument: argument, filter: filter)
        calls.append(AggregateCall(function: function, accumulator: accumulator, share: share))
        syntaxes.append(syntax)
        return calls.count - 1
    }

    private static func kind(_ function: AggregateFunction, isDistinct: Bool) -> Accumulator.Kind {
        switch function {
        case .count: isDistinct ? .distinct : .count
        case .sum, .average: .sum
        case .minimum: .extreme(isMaximum: false)
        case .maximum: .extreme(isMaximum: true)
        case .firstValue: .edge(isLast: false)
        case .lastValue: .edge(isLast: true)
        case .standardDeviationPopulation, .standardDeviationSample, .variancePopulation,
            .varianceSample:
            .moments
        case .percentile, .percentileDiscrete, .median: .ranked
        }
    }

    private mutating func input(_ syntax: Syntax) -> Int {
        if let known = inputs.firstIndex(of: syntax) { return keyCount + known }
        inputs.append(syntax)
        return keyCount + inputs.count - 1
    }

    private mutating func accumulator(
        _ kind: Accumulator.Kind, argument: Int?, filter: Int?
    ) -> Int {
        let known = accumulators.firstIndex {
            $0.kind == kind && $0.argument == argument && $0.filter == filter
        }
        if let known { return known }
        accumulators.append(
            Accumulator(kind: kind, argument: argument, filter: filter, word: wordCount))
        wordCount += kind.wordCount
        return accumulators.count - 1
    }

    // MARK: - Checks

    /// Checks a call's form; returns the share of a percentile, 0.5 for all others.
    private func check(
        _ call: Syntax.Call, _ function: AggregateFunction, at position: Int
    ) throws(SQLError) -> Double {
        let name = function.rawValue
        if call.isStar {
            guard function == .count else {
                throw SQLError(.type, at: position, "\(name)(*) is nothing: only COUNT takes *")
            }
            return 0.5
        }
        guard call.arguments.count == function.argumentCount else {
            let needed =
                function.takesShare
                ? "a value and a share between 0 and 1"
                : function == .count ? "* or one value" : "one value"
            throw SQLError(.type, at: position, "\(name) takes \(needed)")
        }
        if call.isDistinct, !function.allowsDistinct {
            throw SQLError(
                .unsupported, at: position, "\(name)(DISTINCT …) is not supported yet")
        }
        for part in call.arguments + (call.filter.map { [$0] } ?? [])
        where Self.hasAggregate(part) {
            throw SQLError(.type, at: part.start, "aggregates cannot be nested")
        }
        guard function.takesShare else { return 0.5 }
        return try share(call.arguments[1], name)
    }

    private func share(_ syntax: Syntax, _ name: String) throws(SQLError) -> Double {
        let share: Double? =
            switch syntax.form {
            case .double(let value): value
            case .integer(let value): Double(value)
            default: nil
            }
        guard let share, share >= 0, share <= 1 else {
            throw SQLError(
                .type, at: syntax.start, "the share of \(name) must be a number between 0 and 1")
        }
        return share
    }
}
