/// Takes the bytes of one output in order.
///
/// Used by one thread.
package protocol ByteSink: AnyObject {
    /// Takes all of `bytes`; after an error the sink is of no more use.
    func write(_ bytes: RawSpan) throws

    /// Makes what was taken readable by itself: ends a compressed frame or member, if one is open.
    func endFrame() throws
}
