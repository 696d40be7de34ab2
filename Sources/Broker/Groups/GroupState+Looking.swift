extension GroupState {
    var overview: GroupOverview {
        GroupOverview(group: name, protocolType: protocolType ?? "", kind: .classic(phase))
    }

    var details: GroupDetails {
        let isStable = phase == .stable
        return GroupDetails(
            overview: overview, generation: generation,
            protocolName: isStable ? protocolName ?? "" : "",
            members: members.all.map { member in
                GroupDetails.Member(
                    id: member.id, instanceID: member.instanceID, clientID: member.clientID,
                    clientHost: member.clientHost,
                    metadata: isStable ? member.metadata(of: protocolName) : [],
                    assignment: isStable ? member.assignment : [])
            })
    }
}
