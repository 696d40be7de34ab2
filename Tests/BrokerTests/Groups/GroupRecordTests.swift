import Bytes
import Records
import Testing

@testable import Broker

@Suite("What is stored of groups")
struct GroupRecordTests {
    private static let records = [
        GroupRecord(protocolType: "consumer", emptySince: nil),
        GroupRecord(protocolType: "", emptySince: 0),
        GroupRecord(protocolType: "connect", emptySince: 1_700_000_000_000),
        GroupRecord(protocolType: "consumer", emptySince: 5, isConsumer: true),
    ]

    @Test("A record is read as it was written", arguments: records)
    private func roundTrip(_ record: GroupRecord) {
        #expect(GroupRecord(decoding: record.encoded()) == record)
    }

    @Test("A record that is cut, longer or of another version is refused", arguments: records)
    private func refused(_ record: GroupRecord) {
        let bytes = record.encoded()
        for count in bytes.indices {
            #expect(GroupRecord(decoding: Array(bytes.prefix(count))) == nil)
        }
        #expect(GroupRecord(decoding: bytes + [0]) == nil)
        #expect(GroupRecord(decoding: [9] + bytes.dropFirst()) == nil)
    }

    @Test("The layout is fixed: version, time or -1, the type's length and text")
    func layout() {
        let record = GroupRecord(protocolType: "c", emptySince: 2)
        #expect(record.encoded() == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0x63])
        let consumer = GroupRecord(protocolType: "c", emptySince: 2, isConsumer: true)
        #expect(consumer.encoded() == [2, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0x63])
    }

    @Test("A position of either layout is read; what is cut or longer is refused")
    func positions() {
        let old: [UInt8] = [1, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
        let plain = GroupPosition(offset: RecordOffset(rawValue: 5), savedAt: 6)
        #expect(GroupPosition(decoding: old) == plain)
        let position = GroupPosition(
            offset: RecordOffset(rawValue: 5), savedAt: 6, leaderEpoch: 3, metadata: "m")
        let new: [UInt8] = [2] + old.dropFirst() + [3, 0, 0, 0, 1, 0x6D]
        #expect(position.encoded() == new)
        #expect(GroupPosition(decoding: new) == position)
        for bytes in [old, new] {
            for count in bytes.indices {
                #expect(GroupPosition(decoding: Array(bytes.prefix(count))) == nil)
            }
            #expect(GroupPosition(decoding: bytes + [0]) == nil)
        }
        let negative: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0x80] + old[9...]
        #expect(GroupPosition(decoding: negative) == nil)
    }
}
