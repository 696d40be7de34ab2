/// How the payloads of a stream are to be read; decides what a bare name means in an expression
/// (EXPRESSIONS.md §14).
package enum PayloadFormat: Sendable, Equatable {
    /// Bytes without declared structure: bare names are headers.
    case raw
    /// One JSON document a record: bare names are its members.
    case json
    /// One CSV row a record, with the columns of the header line: bare names are columns.
    case csv(columns: [String])
}
