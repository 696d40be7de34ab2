/// A way of assigning partitions, with what the member tells the leader in that case.
package struct GroupProtocol: Sendable, Equatable {
    package let name: String
    package let metadata: [UInt8]

    package init(name: String, metadata: [UInt8]) {
        self.name = name
        self.metadata = metadata
    }
}
