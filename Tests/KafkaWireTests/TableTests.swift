import NIOCore
import Testing

@testable import KafkaWire

@Suite("The table of APIs")
struct TableTests {
    @Test(
        "Ranges hold no negative version, and flexible versions begin within or before them",
        arguments: KafkaAPI.allCases)
    func rows(api: KafkaAPI) {
        let versions = api.versions
        #expect(versions.range.lowerBound >= 0)
        #expect(versions.isFlexible(-1) == false)
        // Once flexible, always flexible (KIP-482).
        let flexible = versions.range.map { versions.isFlexible($0) }
        #expect(flexible == flexible.sorted { !$0 && $1 })
    }

    /// Source: the measured choices of clients, KAFKA.md's table, and kafka-python 3.0.12's schemas:
    /// `flexibleVersions` of each request.
    @Test(
        "Flexible versions begin where Kafka's schemas say",
        arguments: [
            (KafkaAPI.produce, 9), (.fetch, 12), (.listOffsets, 6), (.metadata, 9),
            (.offsetCommit, 8), (.offsetFetch, 6), (.joinGroup, 6), (.syncGroup, 4),
            (.apiVersions, 3), (.createTopics, 5), (.initProducerID, 2), (.endTxn, 3),
            (.consumerGroupHeartbeat, 0), (.consumerGroupDescribe, 0),
        ] as [(KafkaAPI, Int16)])
    func flexible(api: KafkaAPI, first: Int16) {
        #expect(api.versions.isFlexible(first))
        #expect(!api.versions.isFlexible(first - 1))
    }

    @Test("Error codes are read as themselves; one that is not known as an unknown error")
    func errorCodes() throws {
        for code in KafkaErrorCode.allCases {
            #expect(KafkaErrorCode(rawValue: code.rawValue) == code)
        }
        var reader = WireReader(.init(bytes: [0x7F, 0xFF]), version: 0, isFlexible: false)
        var code = KafkaErrorCode.none
        try reader.errorCode(&code)
        #expect(code == .unknownServerError)
    }
}
