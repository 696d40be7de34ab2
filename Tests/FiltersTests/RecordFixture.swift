import Bytes
import Filters
import Records

/// A record for tests; what is nil is absent.
struct RecordFixture {
    var key: String?
    var payload: [UInt8]?
    var headers: [(String, [UInt8]?)] = []
    var timestamp: Int64 = 0

    init(
        _ payload: String? = nil, key: String? = nil, tag: String? = nil,
        headers: [(String, String?)] = [], timestamp: Int64 = 0
    ) {
        self.payload = payload.map { Array($0.utf8) }
        self.key = key
        self.timestamp = timestamp
        if let tag { self.headers.append(("TAGS", Array(tag.utf8))) }
        for (name, value) in headers { self.headers.append((name, value.map { Array($0.utf8) })) }
    }

    init(bytes: [UInt8]) { payload = bytes }
}

extension RecordBuffer {
    init(_ records: [RecordFixture]) {
        self.init()
        for record in records {
            var headers = HeaderList()
            for (name, value) in record.headers { headers.append(name: name, value: value) }
            let key = record.key.map { Array($0.utf8) }
            append(
                timestamp: record.timestamp, key: key?.rawSpan, value: record.payload?.rawSpan,
                headers: headers)
        }
    }
}

/// Runs one filter over records: the rows kept, and the report.
func run(
    _ filter: any CompiledFilter, _ records: [RecordFixture]
) -> (rows: [Int32], report: FilterReport) {
    var filter = filter
    let buffer = RecordBuffer(records)
    var selection = Selection(all: records.count)
    var report = FilterReport()
    filter.select(
        from: buffer.block, of: RecordStream(topic: "t", partition: 3), now: 0,
        selection: &selection, report: &report)
    return (selection.rows, report)
}
