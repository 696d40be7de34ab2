import KafkaWire

/// Access control lists, as a broker without an authorizer answers: there are none, and none can be
/// made.
extension KafkaService {
    private static let noLists = "Access is not controlled by this server."

    func answer(
        _ request: DescribeAclsRequest, _ context: RequestContext
    ) async -> DescribeAclsResponse {
        var response = DescribeAclsResponse()
        response.errorCode = .securityDisabled
        response.errorMessage = Self.noLists
        return response
    }

    func answer(
        _ request: CreateAclsRequest, _ context: RequestContext
    ) async -> CreateAclsResponse {
        var response = CreateAclsResponse()
        response.results = request.creations.map { _ in
            var result = CreateAclsResponse.Result()
            result.errorCode = .securityDisabled
            result.errorMessage = Self.noLists
            return result
        }
        return response
    }

    func answer(
        _ request: DeleteAclsRequest, _ context: RequestContext
    ) async -> DeleteAclsResponse {
        var response = DeleteAclsResponse()
        response.filterResults = request.filters.map { _ in
            var result = DeleteAclsResponse.FilterResult()
            result.errorCode = .securityDisabled
            result.errorMessage = Self.noLists
            return result
        }
        return response
    }
}
