package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The machine's file system.
package struct RealFileSystem: FileSystem {
    /// Also tells the kernel, for the whole process, to answer a write into a closed pipe with
    /// `EPIPE` in place of the signal that would end the process without a message (signal(7)).
    package init() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    package func open(_ path: FilePath, _ mode: OpenMode) throws(IOError) -> File {
        let flags: Int32 =
            switch mode {
            // So that a named pipe without a writer is opened at once: the first read waits for
            // the writer, and a stop signal can end that (fifo(7)). Regular files ignore it.
            case .read: O_RDONLY | O_NONBLOCK
            case .update: O_RDWR
            case .create: O_RDWR | O_CREAT
            case .createNew: O_RDWR | O_CREAT | O_EXCL
            case .replace: O_RDWR | O_CREAT | O_TRUNC
            case .append: O_WRONLY | O_CREAT | O_APPEND
            }
        let descriptor = try retrying(.open, path) {
            unsafe path.withPlatformString { unsafe Glibc.open($0, flags | O_CLOEXEC, 0o644) }
        }
        if mode == .read, isStream(descriptor) {
            return File(StreamFile(descriptor: descriptor, closes: true), path: path)
        }
        return File(RealFile(descriptor: descriptor, closes: true), path: path)
    }

    /// Whether it is something else than a file or directory of a disk.
    private func isStream(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return false }
        return ![S_IFREG, S_IFDIR, S_IFBLK].contains(status.st_mode & S_IFMT)
    }

    package func rename(_ source: FilePath, to target: FilePath) throws(IOError) {
        try retrying(.rename, source) {
            unsafe source.withPlatformString { from in
                unsafe target.withPlatformString { to in unsafe Glibc.rename(from, to) }
            }
        }
    }

    package func remove(_ path: FilePath) throws(IOError) {
        // remove(3) is unlink(2) or, for a directory, rmdir(2).
        try retrying(.remove, path) {
            unsafe path.withPlatformString { unsafe Glibc.remove($0) }
        }
    }

    package func list(_ directory: FilePath) throws(IOError) -> [String] {
        // SAFETY: the stream is closed on every way out; `readdir` entries are read before the
        // next call, which may reuse them (readdir(3)).
        guard
            let stream = unsafe directory.withPlatformString({ unsafe opendir($0) })
        else { throw IOError(.list, directory, currentErrno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw IOError(.list, directory, currentErrno) }
                break
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func createDirectory(_ path: FilePath) throws(IOError) {
        try retrying(.createDirectory, path) {
            unsafe path.withPlatformString { unsafe mkdir($0, 0o755) }
        }
    }

    package func synchronizeDirectory(_ path: FilePath) throws(IOError) {
        let descriptor = try retrying(.synchronizeDirectory, path) {
            unsafe path.withPlatformString {
                unsafe Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            }
        }
        defer { _ = Glibc.close(descriptor) }
        try retrying(.synchronizeDirectory, path) { fsync(descriptor) }
    }

    package func status(of path: FilePath) throws(IOError) -> FileStatus? {
        var status = stat()
        do throws(IOError) {
            try retrying(.status, path) {
                unsafe path.withPlatformString { unsafe stat($0, &status) }
            }
        } catch  where error.failure == .notFound {
            return nil
        }
        let kind: FileStatus.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFIFO: .fifo
            case S_IFCHR: .characterDevice
            default: .other
            }
        // stat(2): st_blocks counts 512-byte units whatever the file system's block.
        return FileStatus(
            kind: kind, size: Int64(status.st_size), allocatedSize: Int64(status.st_blocks) * 512)
    }

    package func standardStream(_ stream: StandardStream) -> File {
        File(
            StreamFile(descriptor: stream.rawValue, closes: false),
            path: FilePath("<\(stream.name)>"))
    }

    @discardableResult
    private func retrying(
        _ operation: IOOperation, _ path: FilePath, _ call: () -> Int32
    ) throws(IOError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw IOError(operation, path, currentErrno) }
        }
    }
}

/// The calling thread's last error.
var currentErrno: Errno { Errno(rawValue: errno) }
