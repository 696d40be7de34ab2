package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A process that this one has started: its standard output is a pipe, its input empty, its errors
/// go where ours go.
///
/// By posix_spawn(3), in place of swift-subprocess: that one wants tasks, and the tools that kill
/// a process at an exact moment run on threads of their own.
package final class ChildProcess: Sendable {
    /// How a process has ended.
    package enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    package let processID: Int32
    /// What the process writes to its standard output.
    package let output: File

    /// Starts a program with the environment of this process.
    package init(_ program: FilePath, _ arguments: [String]) throws(IOError) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: pipe(2) writes two descriptors to the array.
        guard unsafe pipe(&ends) == 0 else { throw IOError(.open, program, currentErrno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let words = [program.string] + arguments
        let result = Self.spawn(program, words, Self.environment(), output: ends[1])
        _ = Glibc.close(ends[1])
        output = File(
            StreamFile(descriptor: ends[0], closes: true), path: FilePath("<\(program.string)>"))
        guard result.errno == 0 else {
            throw IOError(.open, program, Errno(rawValue: result.errno))
        }
        processID = result.processID
    }

    /// Ends the process at once: kill(2) with SIGKILL; nothing if it has been waited for.
    package func kill() { _ = Glibc.kill(processID, SIGKILL) }

    /// Waits for its end; once.
    package func wait() -> Ending {
        var status: Int32 = 0
        // SAFETY: waitpid(2) writes one integer.
        while unsafe waitpid(processID, &status, 0) < 0, errno == EINTR {}
        // The macros of wait(2): the low seven bits are the signal.
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
    }

    private static func spawn(
        _ program: FilePath, _ arguments: [String], _ environment: [String], output: Int32
    ) -> (processID: Int32, errno: Int32) {
        var actions = unsafe posix_spawn_file_actions_t()
        var processID: pid_t = 0
        // SAFETY: the actions are initialised first and destroyed at the end; the texts live until
        // the call has returned, and each list ends in nil.
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        let result = unsafe posix_spawn(
            &processID, program.string, &actions, nil, words, variables)
        return (processID, result)
    }

    /// The variables that this process was started with: proc(5), `/proc/self/environ`; nobody
    /// changes them, see ``ProcessEnvironment``.
    private static func environment() -> [String] {
        var bytes: [UInt8] = []
        guard let file = try? RealFileSystem().open("/proc/self/environ", .read) else { return [] }
        while let count = try? file.readNext(into: &bytes, count: 64 << 10), count > 0 {}
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
