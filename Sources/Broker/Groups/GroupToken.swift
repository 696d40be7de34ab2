/// A caller that waits for the answer to a join or a sync.
package struct GroupToken: Hashable, Sendable {
    let group: String
    let number: UInt64
}
