import Broker
import CommitLog
import KafkaWire

extension KafkaService {
    /// Kinds of addresses; the numbers are the protocol's (KIP-919).
    private static let brokerEndpoint: Int8 = 1
    private static let controllerEndpoint: Int8 = 2

    /// Tells that this server is the cluster.
    func answer(
        _ request: DescribeClusterRequest, _ context: RequestContext
    ) async -> DescribeClusterResponse {
        var response = DescribeClusterResponse()
        let address = address(for: context.client)
        guard request.endpointType == Self.brokerEndpoint else {
            let isKnown = request.endpointType == Self.controllerEndpoint
            response.errorCode = isKnown ? .mismatchedEndpointType : .unsupportedEndpointType
            response.errorMessage = "This address is a broker's (endpoint type 1)."
            return response
        }
        response.clusterID = clusterID
        response.controllerID = settings.nodeID
        var node = DescribeClusterResponse.Broker()
        node.brokerID = settings.nodeID
        node.host = address.host
        node.port = Int32(address.port)
        response.brokers = [node]
        if request.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = AuthorizedOperations.ofCluster
        }
        return response
    }

    /// Tells what partitions take on disk in segments.
    func answer(
        _ request: DescribeLogDirsRequest, _ context: RequestContext
    ) async -> DescribeLogDirsResponse? {
        await onWorker { [self] in
            var wanted: [String: Set<Int32>] = [:]
            for topic in request.topics ?? [] {
                wanted[topic.topic, default: []].formUnion(topic.partitions)
            }
            var directory = DescribeLogDirsResponse.Directory()
            directory.logDir = "segments"
            let byTopic = Dictionary(grouping: broker.log.partitions(), by: \.topic)
            for (name, partitions) in byTopic.sorted(by: { $0.key < $1.key }) {
                var topic = DescribeLogDirsResponse.Directory.Topic()
                topic.name = name
                for place in partitions.sorted(by: { $0.index < $1.index })
                where request.topics == nil || wanted[name]?.contains(place.index) == true {
                    var partition = DescribeLogDirsResponse.Directory.Topic.Partition()
                    partition.index = place.index
                    partition.partitionSize = place.segmentByteCount
                    topic.partitions.append(partition)
                }
                if !topic.partitions.isEmpty { directory.topics.append(topic) }
            }
            var response = DescribeLogDirsResponse()
            response.results = [directory]
            return response
        }
    }
}
