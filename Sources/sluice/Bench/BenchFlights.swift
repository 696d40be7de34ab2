import Bytes
import Platform
import Records

/// Records like the flights of the samples, in memory: with their fields as JSON and as headers.
struct BenchFlights {
    private static let carriers = ["UA", "B6", "EV", "DL", "AA", "MQ", "US", "9E", "WN", "VX"]
    private static let origins = ["JFK", "LGA", "EWR"]
    private static let places = [
        "SFO", "LAX", "ORD", "ATL", "MCO", "CLT", "BOS", "MIA", "SEA", "SAN", "DFW", "FLL", "STL",
        "DCA", "RDU", "SJU",
    ]
    /// Bytes of a block's records: about what the commands read at a time.
    private static let blockByteCount = 256 << 10

    private(set) var blocks: [RecordBuffer] = []

    /// `count` records, always the same; with their fields as headers too if `hasHeaders`.
    init(count: Int, hasHeaders: Bool) {
        var generator = SeededGenerator(seed: 7)
        var buffer = RecordBuffer()
        for number in 0..<count {
            Self.append(number, hasHeaders, &generator, to: &buffer)
            if buffer.bytes.count >= Self.blockByteCount {
                blocks.append(buffer)
                buffer = RecordBuffer()
            }
        }
        if !buffer.isEmpty { blocks.append(buffer) }
    }

    private static func append(
        _ number: Int, _ hasHeaders: Bool, _ generator: inout SeededGenerator,
        to buffer: inout RecordBuffer
    ) {
        func random(_ end: Int) -> Int { Int.random(in: 0..<end, using: &generator) }
        let carrier = carriers[random(carriers.count)]
        let (origin, place) = (origins[random(3)], places[random(places.count)])
        // Most are nearly on time, a few per cent are late by more than an hour.
        let delay = random(10) == 0 ? random(180) : random(30) - 10
        let text = """
            {"ts":\(1_357_034_400_000 + number * 1_500),"carrier":"\(carrier)",\
            "flight":\(random(6_000)),"tailnum":"N\(10_000 + random(4_000))","origin":"\(origin)",\
            "dest":"\(place)","dep_delay":\(delay),"arr_delay":\(delay + random(40) - 20),\
            "air_time":\(40 + random(300)),"distance":\(100 + random(2_500)),\
            "hour":\(5 + random(18)),"minute":\(random(60))}
            """
        var headers = HeaderList()
        if hasHeaders {
            headers.append(name: "carrier", value: Array(carrier.utf8))
            headers.append(name: "dest", value: Array(place.utf8))
            headers.append(name: "dep_delay", value: Array("\(delay)".utf8))
        }
        let value = Array(text.utf8)
        buffer.append(
            timestamp: Int64(number), key: nil, value: value.rawSpan, headers: headers)
    }
}
