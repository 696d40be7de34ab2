package import Records

/// The filters of many subscriptions of one topic, evaluated in one pass.
///
/// Selects for each subscription what its own ``SubscriptionFilter`` would. Equal filters are one
/// condition, equal terms of different conditions one step. Most conditions stand behind a gate: a
/// field that has to equal one of a few constants, or the tag. The gates of one field are found with
/// one look-up of its value, so that a record costs what the conditions cost that it may match, and
/// not what all cost.
///
/// A value with its own scratch memory, one for each thread.
package struct SubscriptionMatcher: Sendable {
    /// Subscriptions that receive something of the last batch.
    ///
    /// In no particular order, but the same for the same batches.
    package private(set) var matches: [SubscriptionMatch] = []
    /// Records that were looked at.
    package private(set) var seen = 0
    private var conditions: [MatchCondition]
    private var groups: [MatchGroup]
    /// By subscription: its condition.
    private let places: [Int32]
    /// Conditions that selected something of the last batch.
    private var found: [Int32] = []

    /// Compiles the filters of subscriptions.
    ///
    /// - Parameters:
    ///   - definitions: one for each subscription; its place in the list is its name here.
    ///   - allowsVolatile: whether `NOW()` may be used; false for filters that are stored.
    ///   - limits: what bounds it.
    /// - Throws: the first mistake with the subscription's place, or the limit that is exceeded.
    package init(
        _ definitions: [FilterDefinition], allowsVolatile: Bool = false,
        limits: MatcherLimits = MatcherLimits()
    ) throws(MatcherError) {
        guard definitions.count <= limits.subscriptionCountMax else {
            throw .tooManySubscriptions(
                count: definitions.count, limit: limits.subscriptionCountMax)
        }
        var builder = MatcherBuilder(limits: limits, allowsVolatile: allowsVolatile)
        for definition in definitions { try builder.add(definition) }
        conditions = builder.conditions
        places = builder.places
        groups = builder.groups()
    }

    /// Finds out which records each subscription receives: see ``matches``.
    ///
    /// - Parameters:
    ///   - block: the records; all of them are looked at.
    ///   - stream: what they have in common.
    ///   - now: the value of `NOW()`, milliseconds since 1970.
    /// - Complexity: O(bytes of the records + distinct terms that apply + matches); nothing is
    ///   allocated per record.
    package mutating func select(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64
    ) {
        // First, so that the conditions own their rows alone again.
        matches.removeAll(keepingCapacity: true)
        for index in found { conditions[Int(index)].beginBatch() }
        found.removeAll(keepingCapacity: true)
        seen += block.count
        for index in groups.indices {
            groups[index].match(block, of: stream, now: now, &conditions, found: &found)
        }
        for index in found {
            if let match = conditions[Int(index)].finishBatch() { matches.append(match) }
        }
    }

    /// Number of subscriptions.
    package var count: Int { places.count }
    /// Number of different filters that they have.
    package var conditionCount: Int { conditions.count }
    /// Payloads that were not of the declared format, as far as a condition looked at them.
    package var malformedCount: Int { groups.map(\.malformedCount).max() ?? 0 }
    /// NULLs that arithmetic made of overflow, division by zero and the like; those of a shared term
    /// are counted once.
    package var undefinedArithmetic: Int { groups.reduce(0) { $0 + $1.undefinedArithmetic } }

    /// What became of the records for one subscription.
    package func counts(of subscription: Int) -> SubscriptionCounts {
        let condition = conditions[Int(places[subscription])]
        return SubscriptionCounts(
            seen: seen, excluded: seen - condition.evaluated, matched: condition.matched,
            refused: condition.evaluated - condition.matched - condition.errors,
            errors: condition.errors)
    }
}
