import Broker
import KafkaWire

extension KafkaService {
    /// Lists groups: those with members, and those that keep positions.
    func answer(
        _ request: ListGroupsRequest, _ context: RequestContext
    ) async -> ListGroupsResponse {
        let result = await onWorker { [broker] in
            Result { () throws(BrokerError) in try broker.groupOverviews() }
        }
        var response = ListGroupsResponse()
        switch result {
        case .success(let groups): response.groups = groups.compactMap { describe($0, request) }
        case .failure(let error): response.errorCode = KafkaErrorCode(error)
        case nil: response.errorCode = .coordinatorNotAvailable
        }
        return response
    }

    private func describe(
        _ overview: GroupOverview, _ request: ListGroupsRequest
    ) -> ListGroupsResponse.Group? {
        var group = ListGroupsResponse.Group()
        group.groupID = overview.group
        group.protocolType = overview.protocolType
        group.groupState = overview.kind.phaseName
        group.groupType = overview.kind.name
        let isWanted =
            Self.isNamed(group.groupState, in: request.statesFilter)
            && Self.isNamed(group.groupType, in: request.typesFilter)
        return isWanted ? group : nil
    }

    /// Whether a filter that names nothing, or this, lets it pass; capitals do not matter.
    private static func isNamed(_ name: String, in filter: [String]) -> Bool {
        filter.isEmpty || filter.contains { $0.lowercased() == name.lowercased() }
    }

    /// Describes groups of the classic protocol; one that nobody knows is dead, and so is one of the
    /// consumer protocol, as with Kafka.
    func answer(
        _ request: DescribeGroupsRequest, _ context: RequestContext
    ) async -> DescribeGroupsResponse {
        let names = request.groups.distinct { $0 }
        let groups = await onWorker { [self] in names.map { describe($0) } }
        var response = DescribeGroupsResponse()
        response.groups =
            groups
            ?? names.map { name in
                var group = DescribeGroupsResponse.Group()
                group.groupID = name
                group.errorCode = .coordinatorNotAvailable
                return group
            }
        guard request.includeAuthorizedOperations else { return response }
        for index in response.groups.indices where response.groups[index].errorCode == .none {
            response.groups[index].authorizedOperations = AuthorizedOperations.ofGroup
        }
        return response
    }

    private func describe(_ name: String) -> DescribeGroupsResponse.Group {
        var group = DescribeGroupsResponse.Group()
        group.groupID = name
        let details: GroupDetails
        do throws(GroupError) { details = try broker.groupDetails(name) } catch {
            if error == .unknownGroup {
                group.groupState = "Dead"
            } else {
                group.errorCode = KafkaErrorCode(error)
            }
            return group
        }
        group.groupState = details.overview.kind.phaseName
        group.protocolType = details.overview.protocolType
        group.protocolData = details.protocolName
        group.members = details.members.map {
            var member = DescribeGroupsResponse.Group.Member()
            member.memberID = $0.id
            member.groupInstanceID = $0.instanceID
            member.clientID = $0.clientID
            member.clientHost = $0.clientHost
            member.memberMetadata = $0.metadata
            member.memberAssignment = $0.assignment
            return member
        }
        return group
    }

    /// Deletes groups without members, with their positions.
    func answer(
        _ request: DeleteGroupsRequest, _ context: RequestContext
    ) async -> DeleteGroupsResponse {
        var response = DeleteGroupsResponse()
        for name in request.groupsNames {
            var group = DeleteGroupsResponse.Group()
            group.groupID = name
            group.errorCode = KafkaErrorCode(
                await whenThereIsRoom(context.client) { [broker] done in
                    broker.deleteGroup(name, answer: done)
                })
            response.results.append(group)
        }
        return response
    }

    /// Asks until the log has room for it.
    private func whenThereIsRoom(
        _ client: KafkaClientConnection,
        _ ask: @Sendable (@escaping @Sendable (GroupError?) -> Void) -> Void
    ) async -> GroupError? {
        while true {
            let error = await withCheckedContinuation { continuation in
                ask { continuation.resume(returning: $0) }
            }
            guard error == .busy, !stopping.isStopped else { return error }
            await pause(BrokerLimits.busyWait, client)
        }
    }
}
