package import Expressions

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
    /// What the format demands of each record besides its place, or nil if nothing.
    ///
    /// `paths` are fields that will be read later: a check that reads the records anyway finds
    /// their values along the way.
    func makeChecker(_ paths: [JSONPath]) -> (any RecordChecker)?
    /// An encoder for one output, before its first byte.
    func makeEncoder(_ options: EncodeOptions) -> any RecordEncoder
}

extension RecordFormat {
    package func makeChecker(_ paths: [JSONPath]) -> (any RecordChecker)? { nil }
}

/// What a user may choose about reading a format.
package struct ScanOptions: Sendable {
    /// Bytes of one record; more is rejected.
    package let recordByteCountMax: Int
    /// The columns of CSV without a header line; nil: the first line names them.
    package var csvColumns: [String]?

    package init(
        recordByteCountMax: Int = ConnectorLimits.recordByteCountMax, csvColumns: [String]? = nil
    ) {
        self.recordByteCountMax = min(
            max(1, recordByteCountMax), ConnectorLimits.recordByteCountChoiceMax)
        self.csvColumns = csvColumns
    }
}

/// What a user may choose about writing a format.
package struct EncodeOptions: Sendable {
    /// The columns that a CSV output names in its first line; nil: no such line.
    package var csvColumns: [String]?

    package init(csvColumns: [String]? = nil) { self.csvColumns = csvColumns }
}
