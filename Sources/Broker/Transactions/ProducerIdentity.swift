/// Who a producer is: an identity of the broker's and how often it was given anew.
package struct ProducerIdentity: Sendable, Hashable {
    package let id: Int64
    package let epoch: Int16

    package init(id: Int64, epoch: Int16) {
        self.id = id
        self.epoch = epoch
    }

    /// Above it no epoch is given out, so that there is always one left to fence a producer with.
    static let epochMax = Int16.max - 1
}
