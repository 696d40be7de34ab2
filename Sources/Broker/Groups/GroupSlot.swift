/// A group that the coordinator knows.
struct GroupSlot {
    var state: GroupState
    /// When the last member went, if there are none: milliseconds since 1970-01-01 UTC.
    var emptySince: Int64
    /// What the log says; nil if it says nothing.
    var recorded: GroupRecord?

    /// What the log is to say; nil for a group that never had members.
    var record: GroupRecord? {
        guard let type = state.protocolType else { return nil }
        return GroupRecord(
            protocolType: type, emptySince: state.phase == .empty ? emptySince : nil)
    }

    /// Changes the slot where it is.
    mutating func perform<Value>(_ body: (inout GroupSlot) -> Value) -> Value { body(&self) }
}
