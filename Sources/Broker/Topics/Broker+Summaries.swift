import CommitLog
import Records

extension Broker {
    /// What ``summarizeBlocks(of:)`` has done.
    package struct Summarizing: Sendable, Equatable {
        package var segments = 0
        /// Blocks whose summaries were made, because they had none or one that told too little.
        package var blocks = 0

        package init(segments: Int = 0, blocks: Int = 0) {
            self.segments = segments
            self.blocks = blocks
        }
    }

    /// Makes the summaries that a topic's sealed blocks lack for the filters of its subscriptions.
    ///
    /// Blocks that are sealed later get theirs at once. O(bytes of the blocks without summaries).
    package func summarizeBlocks(of topic: String) throws(BrokerError) -> Summarizing {
        var result = Summarizing()
        for partition in try self.topic(topic).partitions {
            var offset = partition.start
            do throws(ReadError) {
                while let made = try log.summarizeBlocks(partition.id, holding: offset) {
                    result.segments += 1
                    result.blocks += made.count
                    offset = made.next
                }
            } catch {
                throw .read(error)
            }
        }
        return result
    }
}
