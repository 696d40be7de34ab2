/// A key of the durable keyed state and its value.
package struct KeyedValue: Sendable, Equatable {
    package let key: [UInt8]
    package let value: [UInt8]
}
