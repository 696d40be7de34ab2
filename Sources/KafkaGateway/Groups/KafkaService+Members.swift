import Broker
import KafkaWire

extension KafkaService {
    /// Joins a group; the answer waits for the other members.
    func answer(_ request: JoinGroupRequest, _ context: RequestContext) async -> JoinGroupResponse {
        let session = Duration.milliseconds(request.sessionTimeoutMilliseconds)
        let join = JoinRequest(
            memberID: request.memberID, instanceID: request.groupInstanceID,
            clientID: context.clientID ?? "", clientHost: "/" + context.client.address,
            sessionTimeout: session,
            // Version 0 has one time for both.
            rebalanceTimeout: context.version == 0
                ? session : .milliseconds(request.rebalanceTimeoutMilliseconds),
            protocolType: request.protocolType,
            protocols: request.protocols.map {
                JoinRequest.MemberProtocol(name: $0.name, metadata: $0.metadata)
            },
            takesIdentityFirst: context.version >= 4, knowsSkippedAssignment: context.version >= 9)
        let result = await withCheckedContinuation { continuation in
            groups.join(request.groupID, join) { continuation.resume(returning: $0) }
        }
        var response = JoinGroupResponse()
        response.memberID = request.memberID
        switch result {
        case .success(let joined):
            response.generationID = joined.generation
            response.protocolType = joined.protocolType
            response.protocolName = joined.protocolName
            response.leader = joined.leader
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
            if case .memberIDRequired(let id) = problem { response.memberID = id }
        }
        return response
    }

    /// Brings and asks for assignments; the answer waits for the leader's.
    func answer(_ request: SyncGroupRequest, _ context: RequestContext) async -> SyncGroupResponse {
        let identity = MemberIdentity(
            memberID: request.memberID, instanceID: request.groupInstanceID,
            generation: request.generationID)
        // A client that names a member twice means the last.
        let assignments = Dictionary(
            request.assignments.map { ($0.memberID, $0.assignment) }, uniquingKeysWith: { $1 })
        let result = await withCheckedContinuation { continuation in
            groups.sync(
                request.groupID, identity, protocolType: request.protocolType,
                protocolName: request.protocolName, assignments: assignments
            ) { continuation.resume(returning: $0) }
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

    /// Notes that a member is alive.
    func answer(_ request: HeartbeatRequest, _ context: RequestContext) async -> HeartbeatResponse {
        var response = HeartbeatResponse()
        response.errorCode = KafkaErrorCode(
            groups.heartbeat(
                request.groupID,
                MemberIdentity(
                    memberID: request.memberID, instanceID: request.groupInstanceID,
                    generation: request.generationID)))
        return response
    }

    /// Takes members out of a group.
    func answer(
        _ request: LeaveGroupRequest, _ context: RequestContext
    ) async -> LeaveGroupResponse {
        var response = LeaveGroupResponse()
        guard context.version >= 3 else {
            response.errorCode = KafkaErrorCode(
                groups.leave(request.groupID, memberID: request.memberID, instanceID: nil))
            return response
        }
        response.members = request.members.map { asked in
            var member = LeaveGroupResponse.Member()
            member.memberID = asked.memberID
            member.groupInstanceID = asked.groupInstanceID
            member.errorCode = KafkaErrorCode(
                groups.leave(
                    request.groupID, memberID: asked.memberID, instanceID: asked.groupInstanceID))
            return member
        }
        return response
    }
}
