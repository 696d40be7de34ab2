import Bytes
import Testing

@testable import Records

@Suite("Transaction markers")
struct ControlMarkerTests {
    @Test("A marker is read back, and no part of it is", arguments: ControlMarker.allCases)
    func roundTrip(marker: ControlMarker) throws {
        let batch = marker.batch(
            producerID: 4_711, producerEpoch: 3, coordinatorEpoch: 9, timestamp: 77)
        let read = ControlMarker(batch.rawSpan)
        #expect(read == marker)
        let header = try BatchHeader(parsing: batch.rawSpan)
        try header.verifyChecksum(of: batch.rawSpan)
        #expect(header.attributes.isControl && header.attributes.isTransactional)
        #expect(header.producerID == 4_711 && header.producerEpoch == 3)
        for count in 0..<batch.count {
            let cut = ControlMarker(batch.rawSpan.slice(0, count: count))
            #expect(cut == nil)
        }
    }

    @Test("The markers of a captured transaction say what the client did")
    func captured() throws {
        let bytes = try GoldenBatch.bytes("txn")
        var markers: [ControlMarker] = []
        for start in try GoldenBatch.positions(bytes) {
            let marker = ControlMarker(bytes.rawSpan.slice(start, count: bytes.count - start))
            if let marker { markers.append(marker) }
        }
        #expect(markers == [.commit, .abort, .commit])
    }
}
