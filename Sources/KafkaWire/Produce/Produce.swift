/// Appends record batches to partitions.
///
/// Fields and versions: Kafka protocol guide, "Produce" (key 0).
package struct ProduceRequest: KafkaRequest {
    package typealias Response = ProduceResponse

    package static let api = KafkaAPI.produce
    /// The first version whose records are batches as they are stored.
    ///
    /// Those before are in the table all the same, and refused by the error of their answer:
    /// librdkafka compresses with gzip, snappy and lz4 only where version 0 is offered
    /// (KAFKA-18659; `compr_req` in its rdkafka_msgset_writer.c).
    package static let versionMin: Int16 = 3

    package var transactionalID: String? = nil
    package var acks: Int16 = 0
    package var timeoutMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 3 { try coder.nullableString(&transactionalID) }
        try coder.int16(&acks)
        try coder.int32(&timeoutMilliseconds)
        try coder.array(&topics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.array(&partitions)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            package var records = WireRecords()

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.records(&records)
            }
        }
    }
}

/// Where the batches went.
package struct ProduceResponse: WireMessage {
    package var topics: [Topic] = []
    package var throttleTimeMilliseconds: Int32 = 0

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&topics)
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.array(&partitions)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            package var errorCode = KafkaErrorCode.none
            package var baseOffset: Int64 = 0
            package var logAppendTimeMilliseconds: Int64 = -1
            package var logStartOffset: Int64 = -1
            package var recordErrors: [RecordError] = []
            package var errorMessage: String? = nil

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.errorCode(&errorCode)
                try coder.int64(&baseOffset)
                if coder.version >= 2 { try coder.int64(&logAppendTimeMilliseconds) }
                if coder.version >= 5 { try coder.int64(&logStartOffset) }
                if coder.version >= 8 {
                    try coder.array(&recordErrors)
                    try coder.nullableString(&errorMessage)
                }
            }

            /// One of ``recordErrors``.
            package struct RecordError: WireMessage {
                package var batchIndex: Int32 = 0
                package var batchIndexErrorMessage: String? = nil

                package init() {}

                package mutating func fields<Coder: WireCoder & ~Copyable>(
                    _ coder: inout Coder
                ) throws(WireError) {
                    try coder.int32(&batchIndex)
                    try coder.nullableString(&batchIndexErrorMessage)
                }
            }
        }
    }
}
