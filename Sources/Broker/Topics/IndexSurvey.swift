import CommitLog
package import Filters
import Records

/// What the summaries of a topic's blocks would spare readers with a filter.
package struct IndexSurvey: Sendable, Equatable {
    /// All sealed blocks and their records.
    package private(set) var blocks: Int64 = 0
    package private(set) var records: Int64 = 0
    /// Blocks without a summary, or with one that lacks a field of the filter.
    package private(set) var blocksWithout: Int64 = 0
    /// Records that are in the commit log only, which has no summaries.
    package private(set) var recordsUnsealed: Int64 = 0
    /// What would be passed over.
    package private(set) var passedOver = PassedOver()

    package init() {}

    package init(
        blocks: Int64, records: Int64, blocksWithout: Int64, recordsUnsealed: Int64,
        passedOver: PassedOver
    ) {
        self.blocks = blocks
        self.records = records
        self.blocksWithout = blocksWithout
        self.recordsUnsealed = recordsUnsealed
        self.passedOver = passedOver
    }

    fileprivate mutating func add(_ block: SealedBlocks.Block, _ state: BlockSkipper.State) {
        blocks += 1
        records += Int64(block.recordCount)
        switch state {
        case .canSkip: passedOver.add(block, recordCount: Int64(block.recordCount))
        case .unknown: blocksWithout += 1
        case .mustRead: break
        }
    }

    fileprivate mutating func addUnsealed(_ count: Int64) { recordsUnsealed += count }
}

extension Broker {
    /// Looks at the summaries of all blocks of a topic; reads no records.
    package func surveyIndex(
        of topic: String, for filter: SubscriptionFilter
    ) throws(BrokerError) -> IndexSurvey {
        var survey = IndexSurvey()
        let selector = RecordSelector(conditions: [filter])
        for partition in try self.topic(topic).partitions {
            let skipper = BlockSkipper(selector, partition: partition.index)
            var offset = partition.start
            while let listed = try sealedBlocks(partition.id, holding: offset) {
                for block in listed.blocks where block.offsets.upperBound > partition.start {
                    survey.add(block, try skipper.state(of: block, in: listed))
                }
                offset = listed.end
            }
            survey.addUnsealed(max(0, partition.end.rawValue - offset.rawValue))
        }
        return survey
    }
    private func sealedBlocks(
        _ partition: PartitionID, holding offset: RecordOffset
    ) throws(BrokerError) -> SealedBlocks? {
        do throws(ReadError) { return try log.sealedBlocks(partition, holding: offset) } catch {
            throw .read(error)
        }
    }
}
