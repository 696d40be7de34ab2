import Bytes
import Expressions
import Records

/// Writes computed values as JSON objects with fixed member names.
package struct RowWriter: Sendable {
    package let names: [String]
    /// What stands before each value: `{"a":`, `,"b":`.
    private let prefixes: [[UInt8]]

    package init(names: [String]) {
        self.names = names
        prefixes = names.enumerated().map { index, name in
            var bytes = [index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")]
            JSONWriter.appendString(Array(name.utf8).rawSpan, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            return bytes
        }
    }

    /// Appends the object of one row; O(its bytes), no allocation but growth.
    ///
    /// - Throws: if a batch of such rows is larger than it may be; values can repeat a payload.
    func append(
        row: Int, of columns: borrowing Span<CellColumn>, _ homes: TextHomes,
        to bytes: inout [UInt8]
    ) throws(PipelineError) {
        for index in prefixes.indices {
            bytes.append(contentsOf: prefixes[index])
            JSONWriter.append(columns[index][row], homes, to: &bytes)
            try RecordBuffer.checkSize(bytes.count)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
