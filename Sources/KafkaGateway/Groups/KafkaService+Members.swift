import Broker
import KafkaWire

extension KafkaService {
    /// Joins a group; the answer waits for the other members, as long as the connection is open.
    func answer(_ request: JoinGroupRequest, _ context: RequestContext) async -> JoinGroupResponse {
        let join = GroupJoin(request, context)
        let result = await waitForGroup(context.client) { [groups] in
            groups.join(join, answer: $0)
        }
        var response = JoinGroupResponse()
        response.memberID = request.memberID
        switch result {
        case .success(let joined):
            response.generationID = joined.generation
            response.protocolType = joined.protocolType
            response.protocolName = joined.protocolName
            response.leader = joined.leaderID
            response.skipAssignment = joined.skipsAssignment
            response.memberID = joined.memberID
            response.members = joined.members.map {
                var member = JoinGroupResponse.Member()
                member.memberID = $0.id
                member.groupInstanceID = $0.instanceID
                member.metadata = $0.metadata
                return member
            }
        case .failure(let problem):
            response.errorCode = KafkaErrorCode(problem)
            response.protocolName = nil
            if case .memberIDRequired(let id) = problem { response.memberID = id }
        }
        return response
    }

    /// Brings and asks for assignments; the answer waits for the leader's.
    func answer(_ request: SyncGroupRequest, _ context: RequestContext) async -> SyncGroupResponse {
        var sync = GroupSync(
            group: request.groupID, generation: request.generationID, memberID: request.memberID)
        sync.instanceID = request.groupInstanceID
        sync.protocolType = request.protocolType
        sync.protocolName = request.protocolName
        // A client that names a member twice means the last.
        sync.assignments = Dictionary(
            request.assignments.map { ($0.memberID, $0.assignment) }, uniquingKeysWith: { $1 })
        let asked = sync
        let result = await waitForGroup(context.client) { [groups] in
            groups.sync(asked, answer: $0)
        }
        var response = SyncGroupResponse()
        switch result {
        case .success(let synced):
            response.protocolType = synced.protocolType
            response.protocolName = synced.protocolName
            response.assignment = synced.assignment
        case .failure(let problem): response.errorCode = KafkaErrorCode(problem)
        }
        return response
    }

    /// Waits for what a group answers; gives up when the client has gone.
    private func waitForGroup<Value: Sendable>(
        _ client: KafkaClientConnection,
        _ ask: (@escaping @Sendable (Result<Value, GroupError>) -> Void) -> GroupToken
    ) async -> Result<Value, GroupError> {
        var registration: Int?
        let result = await withCheckedContinuation { continuation in
            let token = ask { continuation.resume(returning: $0) }
            registration = client.onClose { [groups] in groups.cancel(token) }
        }
        if let registration { client.cancel(registration) }
        return result
    }

    /// Notes that a member is alive.
    func answer(_ request: HeartbeatRequest, _ context: RequestContext) async -> HeartbeatResponse {
        let member = MemberIdentity(
            memberID: request.memberID, instanceID: request.groupInstanceID)
        let result = Result { () throws(GroupError) in
            try groups.heartbeat(request.groupID, member, generation: request.generationID)
        }
        var response = HeartbeatResponse()
        response.errorCode = KafkaErrorCode(result)
        return response
    }

    /// Takes members out of a group.
    func answer(
        _ request: LeaveGroupRequest, _ context: RequestContext
    ) async -> LeaveGroupResponse {
        let members =
            context.version >= 3
            ? request.members.map {
                MemberIdentity(memberID: $0.memberID, instanceID: $0.groupInstanceID)
            } : [MemberIdentity(memberID: request.memberID)]
        var response = LeaveGroupResponse()
        let results: [Result<Void, GroupError>]
        do throws(GroupError) { results = try groups.leave(request.groupID, members) } catch {
            response.errorCode = KafkaErrorCode(error)
            return response
        }
        guard context.version >= 3 else {
            response.errorCode = results.first.map { KafkaErrorCode($0) } ?? .none
            return response
        }
        response.members = zip(members, results).map { asked, result in
            var member = LeaveGroupResponse.Member()
            member.memberID = asked.memberID
            member.groupInstanceID = asked.instanceID
            member.errorCode = KafkaErrorCode(result)
            return member
        }
        return response
    }
}

extension GroupJoin {
    fileprivate init(_ request: JoinGroupRequest, _ context: RequestContext) {
        let session = Duration.milliseconds(request.sessionTimeoutMilliseconds)
        self.init(
            group: request.groupID, sessionTimeout: session,
            // Version 0 has one time for both.
            rebalanceTimeout: context.version == 0
                ? session : .milliseconds(max(request.rebalanceTimeoutMilliseconds, 0)),
            protocolType: request.protocolType,
            protocols: request.protocols.map { GroupProtocol(name: $0.name, metadata: $0.metadata) }
        )
        memberID = request.memberID
        instanceID = request.groupInstanceID
        clientID = context.clientID ?? ""
        // As Kafka's brokers write addresses here.
        clientHost = "/" + context.client.address
        requiresKnownMemberID = context.version >= 4
        canSkipAssignment = context.version >= 9
    }
}
