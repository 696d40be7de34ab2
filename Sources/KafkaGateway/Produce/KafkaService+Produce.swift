import Broker
import KafkaWire
import NIOCore
import Records
import Synchronization

extension KafkaService {
    /// Begins to append the batches of a request; the answer comes when all are decided about.
    ///
    /// Batches are offered to the log before this returns, in the order of the request, so that the
    /// requests of a connection are written in their order.
    func produce(
        _ frame: RequestFrame, _ request: ProduceRequest, _ context: RequestContext
    ) async -> Answer {
        let answer = Answer()
        let pending = PendingProduce(request) { [self] outcome in
            switch outcome {
            case .answer(let response): answer.give(encode(response, to: frame, context))
            case .silence:
                ended(.produce, context.begun)
                answer.give(.nothing)
            case .closing: answer.give(.closing)
            }
        }
        guard frame.version >= ProduceRequest.versionMin else {
            pending.refuseAll(.unsupportedVersion)
            return answer
        }
        let acknowledgement: BatchDestination.Acknowledgement
        switch request.acks {
        case 0: acknowledgement = .none
        case 1: acknowledgement = .written
        case -1: acknowledgement = .durable
        default:
            pending.refuseAll(.invalidRequiredAcks)
            return answer
        }
        var place = 0
        for topic in request.topics {
            for partition in topic.partitions {
                let destination = BatchDestination(
                    topic: topic.name, partition: partition.index,
                    acknowledgement: acknowledgement)
                await offer(partition.records, to: destination, place, pending, context.client)
                place += 1
            }
        }
        pending.allOffered()
        return answer
    }

    /// Offers one batch until the log has room for it.
    private func offer(
        _ records: WireRecords, to destination: BatchDestination, _ place: Int,
        _ pending: PendingProduce, _ client: KafkaClientConnection
    ) async {
        guard let bytes = records.pieces?.first, bytes.readableBytes > 0 else {
            return pending.decide(place, .failure(.invalidRecord(.count)))
        }
        var hasWaited = false
        while true {
            let offer = broker.produce(
                destination, batch: bytes.readableBytesSpan, hasWaited: hasWaited
            ) { pending.decide(place, $0) }
            switch offer {
            case .taken: return
            case .busy:
                metrics.produceDelayed()
                await pause(BrokerLimits.busyWait, client)
                hasWaited = true
            }
        }
    }
}
