import Bytes

/// A sorted table from bytes to bytes: one table of the durable keyed state.
///
/// Sorted chunks in an array, a B-tree of two levels: finding takes two binary searches, changing
/// moves at most one chunk. A copy shares all chunks until one of both changes, so that a
/// checkpoint takes the state at an instant without stopping the writer.
struct KeyedTable: Sendable {
    private static let chunkCountMax = 256
    /// Never empty chunks, keys ascending within and across them.
    private var chunks: [[KeyedValue]] = []
    private(set) var count = 0

    /// The value of a key; O(log count).
    func value(of key: [UInt8]) -> [UInt8]? {
        let (chunk, index, isFound) = locate(key)
        return isFound ? chunks[chunk][index].value : nil
    }

    /// Values whose keys begin with `prefix`, by ascending keys; O(log count + found).
    func entries(prefix: [UInt8]) -> [KeyedValue] {
        entries(prefix: prefix, after: nil, byteCountMax: .max).found
    }

    /// The same in parts; O(log count + found).
    ///
    /// - Parameters:
    ///   - prefix: how the keys begin.
    ///   - key: only those behind this one, if it is given.
    ///   - byteCountMax: the first that exceeds it is the last one.
    /// - Returns: the values, and whether no more follow.
    func entries(
        prefix: [UInt8], after key: [UInt8]?, byteCountMax: Int
    ) -> (found: [KeyedValue], isComplete: Bool) {
        var found: [KeyedValue] = []
        var byteCount = 0
        var (chunk, index, isKey) = locate(key ?? prefix)
        if key != nil, isKey { index += 1 }
        while chunk < chunks.count {
            while index < chunks[chunk].count {
                let entry = chunks[chunk][index]
                guard entry.key.starts(with: prefix) else { return (found, true) }
                guard byteCount <= byteCountMax else { return (found, false) }
                found.append(entry)
                byteCount += entry.key.count + entry.value.count
                index += 1
            }
            chunk += 1
            index = 0
        }
        return (found, true)
    }

    mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        let (chunk, index, isFound) = locate(key)
        let entry = KeyedValue(key: key, value: value)
        if isFound {
            chunks[chunk][index] = entry
            return
        }
        count += 1
        if chunk < chunks.count {
            chunks[chunk].insert(entry, at: index)
            split(chunk)
        } else if chunks.isEmpty {
            chunks.append([entry])
        } else {
            // Above all keys: into the last chunk, so that ascending keys fill chunks.
            chunks[chunk - 1].append(entry)
            split(chunk - 1)
        }
    }

    mutating func remove(_ key: [UInt8]) {
        let (chunk, index, isFound) = locate(key)
        guard isFound else { return }
        count -= 1
        chunks[chunk].remove(at: index)
        if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
    }

    /// O(log count + chunks touched).
    mutating func removePrefix(_ prefix: [UInt8]) {
        var (chunk, index, _) = locate(prefix)
        while chunk < chunks.count {
            var end = index
            while end < chunks[chunk].count, chunks[chunk][end].key.starts(with: prefix) {
                end += 1
            }
            let reachesOn = end == chunks[chunk].count
            count -= end - index
            chunks[chunk].removeSubrange(index..<end)
            if chunks[chunk].isEmpty { chunks.remove(at: chunk) } else { chunk += 1 }
            guard reachesOn else { return }
            index = 0
        }
    }

    private mutating func split(_ chunk: Int) {
        guard chunks[chunk].count > Self.chunkCountMax else { return }
        let half = chunks[chunk].count / 2
        let upper = Array(chunks[chunk][half...])
        chunks[chunk].removeLast(upper.count)
        chunks.insert(upper, at: chunk + 1)
    }

    /// The place of the first entry whose key is not below `key`; `chunk` is the number of chunks
    /// if there is none.
    private func locate(_ key: [UInt8]) -> (chunk: Int, index: Int, isFound: Bool) {
        let chunk = chunks.firstIndex(reaching: { candidate in
            candidate.last.map { Self.order($0.key, key) >= 0 } ?? false
        })
        guard chunk < chunks.count else { return (chunk, 0, false) }
        let index = chunks[chunk].firstIndex(reaching: { Self.order($0.key, key) >= 0 })
        return (chunk, index, Self.order(chunks[chunk][index].key, key) == 0)
    }

    private static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.rawSpan.compare(to: right.rawSpan)
    }
}

extension Array {
    /// The first index from which on `isReached` holds, or the count; by halving.
    ///
    /// - Precondition: `isReached` is false up to some index and true from there on.
    func firstIndex(reaching isReached: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isReached(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
