package import Expressions

/// A payload that is not of its declared format, and why.
package struct MalformedPayload: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Fault: Equatable, Sendable {
        case json(JSONFault)
        /// A CSV row: byte position and what is wrong there.
        case csv(position: Int, reason: String)
    }

    /// The record's place in its batch.
    package let row: Int32
    /// The record's offset.
    package let offset: Int64
    package let fault: Fault

    package init(row: Int32, offset: Int64, fault: Fault) {
        self.row = row
        self.offset = offset
        self.fault = fault
    }

    package var description: String {
        switch fault {
        case .json(let fault): "record \(offset): the payload is \(fault)"
        case .csv(let position, let reason):
            "record \(offset): the payload is no CSV row: byte \(position): \(reason)"
        }
    }
}
