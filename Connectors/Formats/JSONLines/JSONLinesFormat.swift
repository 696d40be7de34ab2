import Expressions

/// One JSON document a line (jsonlines.org, ndjson).
struct JSONLinesFormat: RecordFormat {
    let name = "jsonl"
    // `.json` too: what is piped under that name is nearly always one document a line.
    let extensions = ["jsonl", "ndjson", "json"]

    func makeScanner(_ options: ScanOptions) -> any RecordScanner { JSONLinesScanner(options) }
    func makeChecker(_ paths: [JSONPath]) -> (any RecordChecker)? { JSONLinesChecker(paths) }
    func makeEncoder(_ options: EncodeOptions) -> any RecordEncoder { JSONLinesEncoder() }
}
