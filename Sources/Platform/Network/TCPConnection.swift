import Bytes
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A connection to a server, for clients that wait: each call blocks until it is done or its time is
/// over.
///
/// Used by one thread.
package final class TCPConnection {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { _ = close(descriptor) }

    /// Connects to the first of a name's addresses that answers.
    ///
    /// - Parameters:
    ///   - host: a name or an address, IPv6 ones without brackets.
    ///   - port: 1 to 65,535.
    ///   - timeout: of each attempt, and of every later call that does not move on.
    /// - Returns: a connection that can be used at once.
    /// - Throws: why the last attempt failed.
    package static func connect(
        host: String, port: Int, timeout: Duration
    ) throws(SocketError) -> TCPConnection {
        // SAFETY: all fields are zero, which asks for nothing particular.
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: the texts live as long as the call; the list is freed below.
        let code = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0 else {
            // SAFETY: the C library's own text.
            throw SocketError(.resolve, reason: unsafe String(cString: gai_strerror(code)))
        }
        // SAFETY: made by getaddrinfo, freed once, not used afterwards.
        defer { unsafe freeaddrinfo(list) }
        var failure = SocketError(.resolve, reason: "the name has no address")
        var next = unsafe list
        // SAFETY: entries of the list, which lives until this function ends.
        while let entry = unsafe next {
            do throws(SocketError) {
                return try unsafe connect(to: entry.pointee, timeout)
            } catch {
                failure = error
            }
            unsafe next = entry.pointee.ai_next
        }
        throw failure
    }

    private static func connect(
        to entry: addrinfo, _ timeout: Duration
    ) throws(SocketError) -> TCPConnection {
        let type = unsafe entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = unsafe socket(entry.ai_family, type, entry.ai_protocol)
        guard descriptor >= 0 else { throw SocketError(.connect, Errno(rawValue: errno)) }
        let connection = TCPConnection(descriptor)
        let (seconds, attoseconds) = timeout.components
        var time = timeval(
            tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        let timeLength = socklen_t(MemoryLayout<timeval>.size)
        var one = Int32(1)
        // SAFETY: values described with their own sizes, copied by the calls. Options that cannot be
        // set only make waiting longer.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, timeLength)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, timeLength)
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one,
            socklen_t(MemoryLayout<Int32>.size))
        // SAFETY: the address is that of the entry, with its own length.
        guard unsafe connectSocket(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 else {
            throw SocketError(.connect, Errno(rawValue: errno))
        }
        return connection
    }

    /// Sends all bytes.
    package func write(_ bytes: RawSpan) throws(SocketError) {
        var sent = 0
        while sent < bytes.byteCount {
            // SAFETY: the pointer is used in the call only; `sent` is below the count.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw SocketError(.send, Errno(rawValue: errno))
            }
        }
    }

    /// Appends exactly `count` bytes.
    ///
    /// Memory is taken as bytes come, a piece at a time, not for what was promised.
    package func read(_ count: Int, into bytes: inout [UInt8]) throws(SocketError) {
        var rest = count
        while rest > 0 {
            let piece = min(rest, Self.pieceByteCount)
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: piece))
            // SAFETY: `piece` bytes from `start` on were just made; the pointer is used in the call.
            let received = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress?.advanced(by: start), piece, 0)
            }
            bytes.removeLast(piece - max(0, received))
            if received > 0 {
                rest -= received
            } else if received == 0 {
                throw SocketError(.receive, reason: "the server has closed the connection")
            } else if errno != EINTR {
                throw SocketError(.receive, Errno(rawValue: errno))
            }
        }
    }

    private static let pieceByteCount = 1 << 20
}

/// `connect(2)`, whose name a method shadows.
// SAFETY: as connect(2): the address is read up to its length during the call.
private func connectSocket(
    _ socket: Int32, _ address: UnsafeMutablePointer<sockaddr>?, _ length: socklen_t
) -> Int32 {
    unsafe connect(socket, address, length)
}
