import Bytes

/// One field of CSV as text.
enum CSVField {
    /// The text as a field: in quotes if it holds a comma, a quote, or an end of line.
    static func quotedIfNeeded(_ text: String) -> String {
        let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r"]
        guard text.unicodeScalars.contains(where: special.contains) else { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// The fields of a well-formed row as texts, without quotes; bytes that are not UTF-8 become
    /// U+FFFD.
    static func texts(of row: RawSpan) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var position = 0
        while position < row.byteCount {
            let byte = row.byte(at: position)
            position += 1
            switch (byte, isQuoted) {
            case (CSVRow.quote, true):
                let isDoubled = position < row.byteCount && row.byte(at: position) == CSVRow.quote
                if isDoubled {
                    field.append(byte)
                    position += 1
                } else {
                    isQuoted = false
                }
            case (CSVRow.quote, false): isQuoted = true
            case (CSVRow.comma, false):
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
            default: field.append(byte)
            }
        }
        fields.append(String(decoding: field, as: UTF8.self))
        return fields
    }
}
