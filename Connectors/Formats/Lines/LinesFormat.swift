/// One record a line: the bytes without the line feed, or the carriage return and line feed.
struct LinesFormat: RecordFormat {
    let name = "lines"
    let extensions = ["txt", "log", "lines", "text"]

    func makeScanner(_ options: ScanOptions) -> any RecordScanner { LineScanner(options) }
    func makeEncoder(_ options: EncodeOptions) -> any RecordEncoder { LineEncoder() }
}
