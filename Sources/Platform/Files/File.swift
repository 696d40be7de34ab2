import Bytes
package import SystemPackage

/// An open file.
///
/// Reading and writing are complete (short and interrupted calls are continued); every failure
/// names the file.
///
/// ``close()`` is the way out; a file that is dropped is closed too, but then nobody hears of a
/// failure. Positioned reads and writes may run on several threads at once. A failed
/// ``synchronizeData()`` must not be repeated: the kernel may have dropped the pages that it could
/// not write, and the second call would succeed without them (fsync(2), and PostgreSQL's
/// "fsyncgate" of 2018).
package struct File: ~Copyable, Sendable {
    /// What it stands on; for backings that stand on a file themselves.
    let backing: any FileBacking
    /// The name under which it was opened, for messages.
    package let path: FilePath

    package init(_ backing: any FileBacking, path: FilePath) {
        self.backing = backing
        self.path = path
    }

    deinit {
        try? backing.close()  // After `close()` it does nothing; before it, it catches the bug.
    }

    /// Whether a read would wait, for streams; valid until the file is closed.
    package var readiness: InputReadiness { backing.readiness }

    /// Closes the file; its content is durable only if it was synchronized before.
    package consuming func close() throws(IOError) {
        do throws(Errno) { try backing.close() } catch { throw IOError(.close, path, error) }
    }

    /// Appends up to `count` bytes from `position` to `bytes`.
    ///
    /// - Returns: the number of bytes appended; fewer than `count` only at the end of the file.
    @discardableResult
    package func read(
        into bytes: inout [UInt8], count: Int, at position: Int64
    ) throws(IOError) -> Int {
        var failure: IOError?
        var total = 0
        // SAFETY: the buffer is used only within the call, and `total` bytes of it are written.
        unsafe bytes.appendUninitialized(count: count) { buffer in
            do throws(IOError) {
                while total < count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[total...])
                    let read = try unsafe readOnce(into: rest, at: position + Int64(total))
                    if read == 0 { break }
                    total += read
                }
            } catch {
                failure = error
                total = 0
            }
            return total
        }
        if let failure { throw failure }
        return total
    }

    /// Appends what one read of at most `count` bytes at the file's own position gives: for
    /// streams, which answer with what they have.
    ///
    /// - Returns: the number of bytes appended; 0 at the end of the stream.
    package func readNext(into bytes: inout [UInt8], count: Int) throws(IOError) -> Int {
        var failure: IOError?
        var read = 0
        // SAFETY: the buffer is used only within the call, and `read` bytes of it are written.
        unsafe bytes.appendUninitialized(count: count) { buffer in
            do throws(IOError) {
                read = try unsafe readOnce(into: buffer, at: nil)
            } catch {
                failure = error
            }
            return read
        }
        if let failure { throw failure }
        return read
    }

    /// Writes all of `bytes` at `position`, or at the file's own position (its end for
    /// ``OpenMode/append``) if nil.
    ///
    /// After an error an unknown part has been written.
    package func write(_ bytes: RawSpan, at position: Int64? = nil) throws(IOError) {
        var failure: IOError?
        // SAFETY: the buffer is used only within the call.
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(IOError) { try unsafe writeAll([buffer], at: position) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Writes the pieces one after the other with as few calls as the system allows; otherwise
    /// as ``write(_:at:)``.
    package func write(pieces: [[UInt8]], at position: Int64? = nil) throws(IOError) {
        // SAFETY: an array's elements stay where they are while the array lives unchanged, and
        // `pieces` holds every one of them, unchanged, until `withExtendedLifetime` ends.
        try withExtendedLifetime(pieces) { () throws(IOError) in
            var buffers: [UnsafeRawBufferPointer] = unsafe []
            unsafe buffers.reserveCapacity(pieces.count)
            for piece in pieces where !piece.isEmpty {
                unsafe piece.withUnsafeBytes { unsafe buffers.append($0) }
            }
            try unsafe writeAll(buffers, at: position)
        }
    }

    /// Makes the file's bytes and length durable; see ``File`` for what follows a failure.
    package func synchronizeData() throws(IOError) {
        try perform(.synchronizeData) { backing throws(Errno) in try backing.synchronizeData() }
    }

    /// Makes the file's bytes and all its metadata durable.
    package func synchronize() throws(IOError) {
        try perform(.synchronize) { backing throws(Errno) in try backing.synchronize() }
    }

    /// Reserves bytes 0 ..< `count` on the disk, so that later writes cannot lack space and need
    /// no change of the length; new bytes read as zero.
    ///
    /// - Returns: false if the file system cannot reserve; nothing is changed then.
    @discardableResult
    package func preallocate(_ count: Int64) throws(IOError) -> Bool {
        do throws(IOError) {
            try perform(.preallocate) { backing throws(Errno) in try backing.preallocate(count) }
            return true
        } catch  where error.failure == .unsupported {
            return false
        } catch {
            throw error
        }
    }

    /// Takes the file out of the page cache, as far as it is on the disk: for measurements of
    /// cold reads.
    package func forgetCached() throws(IOError) {
        try perform(.read) { backing throws(Errno) in try backing.forgetCached() }
    }

    /// The length in bytes.
    package func size() throws(IOError) -> Int64 {
        var size: Int64 = 0
        try perform(.size) { backing throws(Errno) in size = try backing.size() }
        return size
    }

    /// Cuts or lengthens (with zeros) the file.
    package func truncate(to size: Int64) throws(IOError) {
        try perform(.truncate) { backing throws(Errno) in try backing.truncate(to: size) }
    }

    /// Takes the file for this process; false if another process holds it.
    ///
    /// Lasts until closing.
    package func lock() throws(IOError) -> Bool {
        do throws(IOError) {
            try perform(.lock) { backing throws(Errno) in try backing.lock() }
            return true
        } catch  where error.failure == .wouldBlock {
            return false
        } catch {
            throw error
        }
    }

    private func perform(
        _ operation: IOOperation, _ call: (any FileBacking) throws(Errno) -> Void
    ) throws(IOError) {
        while true {
            do throws(Errno) {
                return try call(backing)
            } catch  where error == .interrupted {
                continue
            } catch {
                throw IOError(operation, path, error)
            }
        }
    }

    private func readOnce(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(IOError) -> Int {
        while true {
            do throws(Errno) {
                return try unsafe backing.read(into: buffer, at: position)
            } catch  where error == .interrupted {
                continue
            } catch {
                throw IOError(.read, path, error)
            }
        }
    }

    private func writeAll(
        _ pieces: [UnsafeRawBufferPointer], at position: Int64?
    ) throws(IOError) {
        var next = 0
        var rest: UnsafeRawBufferPointer? = nil  // Of piece `next`, if it was written in part.
        var position = position
        while unsafe next < pieces.count {
            let end = unsafe min(pieces.count, next + FileBackingLimit.pieceCountMax)
            var batch = unsafe Array(pieces[next..<end])
            if let rest = unsafe rest { unsafe batch[0] = unsafe rest }
            var written = try unsafe writeOnce(batch, at: position)
            if let start = position { position = start + Int64(written) }
            unsafe rest = nil
            for index in unsafe batch.indices {
                let piece = unsafe batch[index]
                guard written >= piece.count else {
                    // SAFETY: `written` is less than the piece's count.
                    unsafe rest = UnsafeRawBufferPointer(rebasing: piece[written...])
                    break
                }
                written -= piece.count
                next += 1
            }
        }
    }

    private func writeOnce(
        _ pieces: [UnsafeRawBufferPointer], at position: Int64?
    ) throws(IOError) -> Int {
        while true {
            do throws(Errno) {
                return try unsafe backing.write(pieces, at: position)
            } catch  where error == .interrupted {
                continue
            } catch {
                throw IOError(.write, path, error)
            }
        }
    }
}
