/// Comma-separated values (RFC 4180): the first line names the columns, quoted fields may hold
/// commas, quotes (doubled) and line feeds.
struct CSVFormat: RecordFormat {
    let name = "csv"
    let extensions = ["csv"]

    func makeScanner(_ options: ScanOptions) -> any RecordScanner { CSVScanner(options) }
    func makeEncoder(_ options: EncodeOptions) -> any RecordEncoder {
        CSVEncoder(columns: options.csvColumns)
    }
}
