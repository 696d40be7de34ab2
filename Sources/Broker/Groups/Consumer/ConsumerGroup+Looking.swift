extension ConsumerGroup {
    var phase: ConsumerGroupPhase {
        if isEmpty { return .empty }
        if epoch != targetEpoch { return .assigning }
        return members.values.allSatisfy { $0.isSettled(at: targetEpoch) } ? .stable : .reconciling
    }

    var overview: GroupOverview {
        GroupOverview(
            group: name, protocolType: ConsumerSubscription.protocolType, kind: .consumer(phase))
    }

    var details: ConsumerGroupDetails {
        ConsumerGroupDetails(
            group: name, phase: phase, epoch: epoch, targetEpoch: targetEpoch, assignor: assignor,
            members: members.values.sorted { $0.number < $1.number }.map { member in
                ConsumerGroupDetails.Member(
                    id: member.id, instanceID: member.instanceID, rackID: member.rackID,
                    epoch: member.epoch, clientID: member.clientID, clientHost: member.clientHost,
                    topicNames: member.topics.names, topicPattern: member.topics.pattern,
                    assigned: member.assigned.topics,
                    target: (targets[member.id] ?? PartitionSet()).topics)
            }, topicNames: interests.names)
    }
}
