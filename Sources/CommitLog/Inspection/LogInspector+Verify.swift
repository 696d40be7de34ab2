import Bytes
import Platform
import Records
import SystemPackage

extension LogInspector {
    /// Compares every checksum of a data directory, and every index with what it points to.
    ///
    /// Takes the directory for itself meanwhile.
    ///
    /// - Parameter onProgress: called now and then with bytes that were looked at and all bytes.
    /// - Returns: what was looked at, and all damage that was found.
    /// - Throws: ``OpenError`` if the directory is in use, is none, or cannot be read.
    package func verify(
        onProgress: @escaping (_ done: Int64, _ total: Int64) -> Void = { _, _ in }
    ) throws(OpenError) -> VerifyReport {
        let lock: DirectoryLock
        do throws(LockError) { lock = try DirectoryLock(layout.root, in: fileSystem) } catch {
            throw .locked(error)
        }
        try FormatFile.demand(in: layout, fileSystem)
        var verification = Verification(inspector: self, onProgress: onProgress)
        do throws(IOError) {
            try verification.run()
            try lock.release()
        } catch {
            throw .inputOutput(error)
        }
        return verification.report
    }
}
