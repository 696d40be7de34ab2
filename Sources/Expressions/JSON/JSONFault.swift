/// Why a text is not a JSON document, and where (RFC 8259; limits of EXPRESSIONS.md §13).
package struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable, CaseIterable {
        case empty = "the document is empty"
        case expectedValue = "a value was expected"
        case expectedMember = "a member name in double quotes was expected"
        case expectedColon = "':' was expected after the member name"
        case expectedCommaOrEnd = "',' or the end of the array or object was expected"
        case trailingText = "there is text after the document"
        case invalidNumber = "the number is not one of JSON"
        case invalidEscape = "the escape is not one of JSON"
        case loneSurrogate = "half of a surrogate pair stands alone"
        case controlCharacter = "a control character stands in a string without escape"
        case invalidUTF8 = "the bytes are not UTF-8"
        case unterminatedString = "the string has no end"
        case unterminatedDocument = "the document ends too early"
        case tooDeep = "arrays and objects are nested more than 128 deep"
        case tooLarge = "the document has more than 1048576 bytes"
    }

    /// Counted in bytes from the document's start.
    package let position: Int
    package let reason: Reason

    package init(position: Int, reason: Reason) {
        self.position = position
        self.reason = reason
    }

    package var description: String { "not JSON: byte \(position): \(reason.rawValue)" }
}
