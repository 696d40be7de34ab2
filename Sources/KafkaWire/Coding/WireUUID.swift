/// A UUID as the protocol has it: two integers, all zero for none.
package struct WireUUID: Sendable, Hashable {
    package var high: UInt64
    package var low: UInt64

    package static let zero = WireUUID(high: 0, low: 0)

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
