/// Makes records and the progress of the pipeline that made them durable as one, or forgets progress.
///
/// Sluice's own (``KafkaAPI/commitPipeline``); its fields are named nowhere else.
package struct CommitPipelineRequest: KafkaRequest {
    package typealias Response = CommitPipelineResponse

    package static let api = KafkaAPI.commitPipeline

    /// Under which progress is kept; nil keeps none.
    package var pipeline: String?
    /// Whether it is only forgotten.
    package var forgets = false
    /// -1 if no record without a key was added.
    package var keylessCount: Int64 = 0
    package var splits: [Split] = []
    package var state: [Entry] = []
    package var batches: [Batches] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.nullableString(&pipeline)
        try coder.bool(&forgets)
        try coder.int64(&keylessCount)
        try coder.array(&splits)
        try coder.array(&state)
        try coder.array(&batches)
    }

    /// Where a split goes on.
    package struct Split: WireMessage {
        package var name = ""
        package var position: [UInt8] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.bytes(&position)
        }
    }

    /// A key of the state and its value; nil removes it.
    package struct Entry: WireMessage {
        package var key: [UInt8] = []
        package var value: [UInt8]?

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.bytes(&key)
            try coder.nullableBytes(&value)
        }
    }

    /// Batches for a partition.
    package struct Batches: WireMessage {
        package var topic = ""
        package var partition: Int32 = 0
        /// The log's number of it.
        package var id: Int32 = 0
        package var records = WireRecords()

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&topic)
            try coder.int32(&partition)
            try coder.int32(&id)
            try coder.records(&records)
        }
    }
}

/// Whether it was done.
package struct CommitPipelineResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
    }
}
