/// How bytes of a file or stream are divided into records, and how records become bytes again.
///
/// A format is one folder with a scanner and an encoder, and one line in ``RecordFormats``.
package protocol RecordFormat: Sendable {
    /// The name that users give: `--format NAME`.
    var name: String { get }
    /// Ends of file names that suggest the format, without the dot, in lower case.
    var extensions: [String] { get }
    /// A scanner for one split, before its first byte.
    func makeScanner(_ options: ScanOptions) -> any RecordScanner
    /// An encoder for one output, before its first byte.
    func makeEncoder(_ options: EncodeOptions) -> any RecordEncoder
}

/// What a user may choose about reading a format.
package struct ScanOptions: Sendable {
    /// Bytes of one record; more is rejected.
    package let recordByteCountMax: Int
    /// Whether JSON documents are checked as a whole.
    ///
    /// Off only where every field is checked later.
    package var validatesJSON: Bool
    /// The columns of CSV without a header line; nil: the first line names them.
    package var csvColumns: [String]?

    package init(
        recordByteCountMax: Int = ConnectorLimits.recordByteCountMax, validatesJSON: Bool = true,
        csvColumns: [String]? = nil
    ) {
        self.recordByteCountMax = min(
            max(1, recordByteCountMax), ConnectorLimits.recordByteCountChoiceMax)
        self.validatesJSON = validatesJSON
        self.csvColumns = csvColumns
    }
}

/// What a user may choose about writing a format.
package struct EncodeOptions: Sendable {
    /// The columns that a CSV output names in its first line; nil: no such line.
    package var csvColumns: [String]?

    package init(csvColumns: [String]? = nil) { self.csvColumns = csvColumns }
}
