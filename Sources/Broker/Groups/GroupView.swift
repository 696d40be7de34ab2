/// A group as it is shown.
package struct GroupView: Sendable {
    /// A member as it is shown.
    package struct Member: Sendable {
        package let id: String
        package let instanceID: String?
        package let clientID: String
        package let clientHost: String
        /// Its words about the protocol that was chosen.
        package let metadata: [UInt8]
        package let assignment: [UInt8]
    }

    package let name: String
    /// Kafka's name of the state: `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Stable`,
    /// `Dead`.
    package let state: String
    package let protocolType: String
    package let protocolName: String
    package let members: [Member]

    /// A group that only keeps positions.
    package static func withoutMembers(_ name: String) -> GroupView {
        GroupView(name: name, state: "Empty", protocolType: "", protocolName: "", members: [])
    }
}

extension GroupState {
    var view: GroupView {
        let state =
            switch phase {
            case .empty: "Empty"
            case .preparing: "PreparingRebalance"
            case .completing: "CompletingRebalance"
            case .stable: "Stable"
            }
        return GroupView(
            name: name, state: state, protocolType: protocolType ?? "",
            protocolName: phase == .stable ? protocolName ?? "" : "",
            members: members.map {
                GroupView.Member(
                    id: $0.id, instanceID: $0.request.instanceID, clientID: $0.request.clientID,
                    clientHost: $0.request.clientHost,
                    metadata: protocolName.flatMap($0.metadata) ?? [], assignment: $0.assignment)
            })
    }
}
