import KafkaWire

extension KafkaService {
    /// Says which requests are served, in which versions.
    func answer(
        _ request: ApiVersionsRequest, _ context: RequestContext
    ) async -> ApiVersionsResponse {
        versions()
    }

    /// The table of ``KafkaAPI`` as an answer.
    func versions() -> ApiVersionsResponse {
        var response = ApiVersionsResponse()
        response.apiKeys = KafkaAPI.allCases.map { api in
            var row = ApiVersionsResponse.API()
            row.apiKey = api.rawValue
            row.minVersion = api.versions.range.lowerBound
            row.maxVersion = api.versions.range.upperBound
            return row
        }
        return response
    }

    /// This server coordinates every group and transaction.
    func answer(
        _ request: FindCoordinatorRequest, _ context: RequestContext
    ) async -> FindCoordinatorResponse {
        var response = FindCoordinatorResponse()
        let address = address(for: context.client)
        response.nodeID = settings.nodeID
        response.host = address.host
        response.port = Int32(address.port)
        response.coordinators = request.coordinatorKeys.map { key in
            var coordinator = FindCoordinatorResponse.Coordinator()
            coordinator.key = key
            coordinator.nodeID = settings.nodeID
            coordinator.host = address.host
            coordinator.port = Int32(address.port)
            return coordinator
        }
        return response
    }
}
