import Bytes

/// Unicode full case mapping, without locale and without context: UPPER('ß') is 'SS', and Σ always
/// becomes σ (EXPRESSIONS.md §12, §21).
package enum CaseMapping {
    /// Appends the upper-case form of valid UTF-8; O(byte count).
    package static func appendUpper(_ text: RawSpan, to bytes: inout [UInt8]) {
        var position = 0
        while position < text.byteCount {
            let byte = text.byte(at: position)
            if byte < 0x80 {
                bytes.append(byte &- 0x61 < 26 ? byte & 0xDF : byte)
                position &+= 1
            } else {
                let scalar = UTF8Text.decode(text, at: &position)
                appendMapped(scalar, isUpper: true, to: &bytes)
            }
        }
    }

    /// Appends the lower-case form of valid UTF-8; O(byte count).
    package static func appendLower(_ text: RawSpan, to bytes: inout [UInt8]) {
        var position = 0
        while position < text.byteCount {
            let byte = text.byte(at: position)
            if byte < 0x80 {
                bytes.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
                position &+= 1
            } else {
                let scalar = UTF8Text.decode(text, at: &position)
                appendMapped(scalar, isUpper: false, to: &bytes)
            }
        }
    }

    private static func appendMapped(_ value: UInt32, isUpper: Bool, to bytes: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(value) else { return UTF8Text.append(value, to: &bytes) }
        let properties = scalar.properties
        let mapped = isUpper ? properties.uppercaseMapping : properties.lowercaseMapping
        bytes.append(contentsOf: mapped.utf8)
    }
}
