/// A group in a list.
package struct GroupOverview: Sendable, Equatable {
    package let group: String
    /// Empty for a group that never had members.
    package let protocolType: String
    package let kind: GroupKind
}
