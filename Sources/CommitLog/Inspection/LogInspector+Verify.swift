import Bytes
import Platform
import Records
import SystemPackage

extension LogInspector {
    /// Compares every checksum of a data directory, and every index with what it points to.
    ///
    /// Takes the directory for itself meanwhile.
    ///
    /// - Returns: what was looked at, and all damage that was found.
    /// - Throws: ``OpenError`` if the directory is in use, is none, or cannot be read.
    package func verify() throws(OpenError) -> VerifyReport {
        let lock: DirectoryLock
        do throws(LockError) { lock = try DirectoryLock(layout.root, in: fileSystem) } catch {
            throw .locked(error)
        }
        guard
            let format = try reading({ () throws(IOError) in
                try FormatFile.read(in: layout, fileSystem)
            })
        else { throw .notADataDirectory(layout.root, found: "no data") }
        guard format == FormatFile.text else {
            throw .unsupportedFormat(layout.format, found: String(format.prefix { $0 != "\n" }))
        }
        var verification = Verification(inspector: self)
        do throws(IOError) {
            try verification.run()
            try lock.release()
        } catch {
            throw .inputOutput(error)
        }
        return verification.report
    }

    private func reading<Result>(
        _ body: () throws(IOError) -> Result
    ) throws(OpenError) -> Result {
        do throws(IOError) { return try body() } catch { throw .inputOutput(error) }
    }
}
