import Platform

/// A group that the coordinator knows: of the classic protocol, or of the consumer protocol.
struct GroupSlot {
    /// Without members while the group is of the consumer protocol.
    var state: GroupState
    /// The group while it is of the consumer protocol; nil while it is of the classic one.
    var consumer: ConsumerGroup?
    /// When the last member went, if there are none: milliseconds since 1970-01-01 UTC.
    var emptySince: Int64
    /// What the log says; nil if it says nothing.
    var recorded: GroupRecord?

    /// Whether there are no members.
    var isEmpty: Bool { consumer?.isEmpty ?? (state.phase == .empty) }

    /// Whether there are no members, and none that was told to come.
    var isUnused: Bool { consumer?.isEmpty ?? state.isUnused }

    /// Nothing happens by time alone before it.
    var deadline: MonotonicInstant? { consumer?.deadline ?? state.deadline }

    /// What the members take in memory, about.
    var byteCount: Int { consumer?.byteCount ?? state.members.byteCount }

    var memberCount: Int { consumer?.members.count ?? state.members.count }

    var overview: GroupOverview { consumer?.overview ?? state.overview }

    /// What the log is to say; nil for a group that never had members.
    var record: GroupRecord? {
        let emptySince = isEmpty ? emptySince : nil
        if consumer != nil {
            return GroupRecord(
                protocolType: ConsumerSubscription.protocolType, emptySince: emptySince,
                isConsumer: true)
        }
        guard let type = state.protocolType else { return nil }
        return GroupRecord(protocolType: type, emptySince: emptySince)
    }

    /// The group, which has no members, becomes one of the classic protocol.
    mutating func becomeClassic() {
        guard let consumer else { return }
        precondition(consumer.isEmpty, "a group with members stays what it is")
        state = GroupState(
            state.name, state.settings, protocolType: ConsumerSubscription.protocolType)
        self.consumer = nil
    }

    /// The group, which has no members, becomes one of the consumer protocol.
    mutating func becomeConsumer() {
        guard consumer == nil else { return }
        precondition(state.isUnused, "a group with members stays what it is")
        state = GroupState(state.name, state.settings)
        consumer = ConsumerGroup(state.name, state.settings)
    }

    /// Does what has become due.
    mutating func tick(now: MonotonicInstant) {
        if consumer == nil {
            _ = state.tick(now: now)
        } else {
            consumer?.tick(now: now)
        }
    }

    /// Changes the slot where it is.
    mutating func perform<Value>(_ body: (inout GroupSlot) -> Value) -> Value { body(&self) }
}
