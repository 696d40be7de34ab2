import Bytes
import Connectors
import Expressions
import Filters
import Platform
import Records
import Testing

@testable import Broker

@Suite("What another filter gains and loses")
struct FilterDifferenceTests {
    /// Records of which some cannot be evaluated by the filters below.
    private static func buffer() -> RecordBuffer {
        var buffer = RecordBuffer()
        for number in 0..<200 {
            let text = number % 7 == 3 ? "x\(number)" : "\(number)"
            let value = Array("{\"n\":\(number),\"s\":\"\(text)\"}".utf8)
            buffer.append(timestamp: 0, key: nil, value: value.rawSpan)
        }
        return buffer
    }

    private static let filters: [FilterDefinition] = [
        FilterDefinition(format: .json),
        FilterDefinition(sql: "n > 100", format: .json),
        FilterDefinition(sql: "n % 2 = 0", format: .json),
        FilterDefinition(sql: "n < 0", format: .json),
        FilterDefinition(sql: "CAST(s AS INT) > 50", format: .json),
        FilterDefinition(sql: "CAST(s AS INT) > 90", errorPolicy: .deliver, format: .json),
        FilterDefinition(sql: "CAST(s AS INT) < 90", errorPolicy: .fail, format: .json),
    ]

    /// What a filter delivers of each record by itself.
    private static func delivered(_ definition: FilterDefinition) throws -> Set<Int32> {
        var definition = definition
        // A stop is not what is compared.
        if definition.errorPolicy == .fail { definition.errorPolicy = .drop }
        var filter = try SubscriptionFilter(definition)
        let buffer = buffer()
        var delivered: Set<Int32> = []
        for row in 0..<Int32(buffer.rows.count) {
            var selection = Selection()
            selection.append(row)
            _ = filter.select(
                from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
            delivered.formUnion(selection.rows)
        }
        return delivered
    }

    @Test("Gained and lost records are those that one of the filters delivers, record by record")
    func bruteForce() throws {
        let buffer = Self.buffer()
        let single = try Self.filters.map(Self.delivered)
        for before in Self.filters.indices {
            for after in Self.filters.indices {
                var difference = try FilterDifference(
                    before: Self.filters[before], after: Self.filters[after])
                let rows = difference.compare(
                    buffer.block, of: RecordStream(topic: "t"), now: 0)
                let gained = single[after].subtracting(single[before])
                let lost = single[before].subtracting(single[after])
                #expect(rows.gained.rows == gained.sorted(), "\(before) to \(after)")
                #expect(rows.lost.rows == lost.sorted(), "\(before) to \(after)")
                #expect(difference.gained == gained.count && difference.lost == lost.count)
                #expect(difference.kept == single[before].intersection(single[after]).count)
                #expect(difference.countsBefore.seen == 200 && difference.countsAfter.seen == 200)
            }
        }
    }

    @Test("Batches add up")
    func batches() throws {
        let buffer = Self.buffer()
        var difference = try FilterDifference(before: Self.filters[1], after: Self.filters[2])
        for _ in 0..<3 {
            _ = difference.compare(buffer.block, of: RecordStream(topic: "t"), now: 0)
        }
        #expect(difference.gained == 153 && difference.lost == 150 && difference.kept == 147)
    }
}
