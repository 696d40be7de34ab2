import Broker
import KafkaWire

extension KafkaService {
    /// Lists groups: those with members, and those that keep positions.
    func answer(
        _ request: ListGroupsRequest, _ context: RequestContext
    ) async -> ListGroupsResponse {
        let listed = await onWorker { [self] in allGroups() } ?? []
        var response = ListGroupsResponse()
        response.groups = listed.compactMap { view in
            var group = ListGroupsResponse.Group()
            group.groupID = view.name
            group.protocolType = view.protocolType
            group.groupState = view.state
            group.groupType = "classic"
            let isWanted =
                Self.isNamed(view.state, in: request.statesFilter)
                && Self.isNamed(group.groupType, in: request.typesFilter)
            return isWanted ? group : nil
        }
        return response
    }

    /// Whether a filter that names nothing, or this, lets it pass; capitals do not matter.
    private static func isNamed(_ name: String, in filter: [String]) -> Bool {
        filter.isEmpty || filter.contains { $0.lowercased() == name.lowercased() }
    }

    private func allGroups() -> [GroupView] {
        var views = Dictionary(
            groups.views().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for group in (try? broker.groups()) ?? [] where views[group.group] == nil {
            views[group.group] = GroupView.withoutMembers(group.group)
        }
        return views.values.sorted { $0.name < $1.name }
    }

    /// Describes groups; one that nobody knows is dead.
    func answer(
        _ request: DescribeGroupsRequest, _ context: RequestContext
    ) async -> DescribeGroupsResponse {
        let known =
            await onWorker { [self] in
                Dictionary(
                    allGroups().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            } ?? [:]
        var response = DescribeGroupsResponse()
        response.groups = request.groups.map { name in
            var group = DescribeGroupsResponse.Group()
            group.groupID = name
            guard GroupCoordinator.isValid(name) else {
                group.errorCode = .invalidGroupID
                return group
            }
            guard let view = known[name] else {
                group.groupState = "Dead"
                return group
            }
            group.groupState = view.state
            group.protocolType = view.protocolType
            group.protocolData = view.protocolName
            group.members = view.members.map {
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
        return response
    }

    /// Deletes groups without members, with their positions.
    func answer(
        _ request: DeleteGroupsRequest, _ context: RequestContext
    ) async -> DeleteGroupsResponse {
        var response = DeleteGroupsResponse()
        let results = await onWorker { [self] in request.groupsNames.map { delete($0) } } ?? []
        response.results = zip(request.groupsNames, results).map { name, error in
            var group = DeleteGroupsResponse.Group()
            group.groupID = name
            group.errorCode = error
            return group
        }
        return response
    }

    private func delete(_ group: String) -> KafkaErrorCode {
        guard GroupCoordinator.isValid(group) else { return .invalidGroupID }
        let problem = groups.forget(group)
        if problem == .nonEmptyGroup { return .nonEmptyGroup }
        do throws(BrokerError) {
            let hadOffsets = try broker.forgetGroup(group)
            return hadOffsets || problem == nil ? .none : .groupIDNotFound
        } catch {
            return KafkaErrorCode(error)
        }
    }
}
