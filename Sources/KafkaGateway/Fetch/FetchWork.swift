import Broker
import CommitLog
import KafkaWire
import Logging
import NIOCore
import Records

/// Reads the partitions of one fetch, as often as it takes to have enough for its client.
///
/// Runs on the threads that may wait for the disk.
struct FetchWork: Sendable {
    let broker: Broker
    let isolation: IsolationLevel
    /// Most bytes of the answer; a first batch that is longer comes all the same.
    let byteCountMax: Int
    let logger: Logger
    var items: [FetchItem]
    var byteCount = 0
    /// Nothing was read because the memory for answers is exhausted.
    private(set) var isStarved = false

    /// Whether something is to be told at once, whatever the client waits for.
    var hasError: Bool { items.contains { $0.error != nil } }

    /// The partitions that may still grow.
    var partitions: [PartitionID] { items.filter { $0.error == nil }.map(\.id) }

    /// Reads on in every partition, in the order of the request, as far as there is memory.
    mutating func readOn(_ memory: MemoryAccount) {
        let before = byteCount
        let most = byteCountMax - before
        let reserved =
            most > 0
            ? memory.reserve(upTo: most, atLeast: min(most, KafkaLimits.fetchByteCountMin)) : 0
        isStarved = reserved == nil && before == 0
        guard let reserved else { return }
        for index in items.indices where items[index].error == nil && !items[index].isFull {
            readOn(index, upTo: before + reserved)
        }
        memory.settle(reserved: reserved, needed: byteCount - before)
    }

    private mutating func readOn(_ index: Int, upTo limit: Int) {
        let rest = min(items[index].byteCountMax - items[index].byteCount, limit - byteCount)
        guard rest > 0 else { return }
        var bytes: [UInt8] = []
        do throws(BrokerError) {
            let read = try broker.read(
                items[index].topic, partition: items[index].partition, from: items[index].next,
                maximumBytes: rest, isolation: isolation, into: &bytes)
            if read.byteCount > rest, byteCount > 0 {
                items[index].isFull = true
                return
            }
            items[index].take(read, read.byteCount > 0 ? ByteBuffer(bytes: bytes) : nil)
            byteCount += read.byteCount
        } catch {
            // What was read before is given first; the client meets the error next time.
            guard items[index].byteCount == 0 else {
                items[index].isFull = true
                return
            }
            items[index].error = KafkaErrorCode(error)
            switch items[index].error {
            // What a client may ask for, also of a topic that is deleted meanwhile.
            case .offsetOutOfRange, .unknownTopicOrPartition: return
            default: break
            }
            logger.error(
                "a partition cannot be read",
                metadata: [
                    "topic": "\(items[index].topic.name)",
                    "partition": "\(items[index].partition)", "reason": "\(error)",
                ])
        }
    }
}
