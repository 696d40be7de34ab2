/// The batches of one partition that are still in the commit log, by ascending offsets.
struct RecentBatches: Sendable {
    /// As they lie in the log.
    private(set) var places: [BatchPlace] = []
    /// Highest timestamp of all batches up to each one: it ascends, see ``BlockPlace``.
    private var maxTimestamps: [Int64] = []
    /// The transactions of these batches.
    private(set) var transactions = TransactionIndex()
    private(set) var byteCount: Int64 = 0

    var first: BatchPlace? { places.first }

    mutating func append(_ place: BatchPlace) {
        maxTimestamps.append(max(place.maxTimestamp, maxTimestamps.last ?? .min))
        places.append(place)
        if let mark = place.mark { transactions.take(mark, at: place.baseOffset) }
        byteCount += Int64(place.byteCount)
    }

    /// Forgets the batches that lie entirely below an offset: they are in segments now, or gone.
    ///
    /// - Returns: their bytes.
    @discardableResult
    mutating func removeBelow(_ offset: Int64) -> Int64 {
        let count = places.firstIndex(reaching: { $0.nextOffset > offset })
        let removed = places[..<count].reduce(0) { $0 + Int64($1.byteCount) }
        byteCount -= removed
        places.removeFirst(count)
        maxTimestamps.removeFirst(count)
        transactions.removeBelow(offset)
        return removed
    }

    /// Index of the first batch that holds `offset` or a later one.
    func index(reaching offset: Int64) -> Int {
        places.firstIndex(reaching: { $0.nextOffset > offset })
    }

    /// Index of the first batch that holds a timestamp at or after `timestamp`; the count if none.
    ///
    /// The maxima may come from batches that were removed, whose timestamps were all earlier if
    /// the caller looked there first.
    func index(atOrAfter timestamp: Int64) -> Int {
        var index = maxTimestamps.firstIndex(reaching: { $0 >= timestamp })
        while index < places.count, places[index].maxTimestamp < timestamp { index += 1 }
        return index
    }
}
