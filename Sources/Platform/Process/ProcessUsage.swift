import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the process has used of the machine.
package struct ProcessUsage: Sendable {
    /// Memory in use now; 0 if the system does not say.
    package let residentByteCount: Int64
    /// The most that it was since the program began; 0 if the system does not say.
    package let residentByteCountPeak: Int64
    /// Of all threads, in the program and in the kernel for it.
    package let cpuSeconds: Double

    /// `RUSAGE_SELF`, which Swift sees with a type that the call does not take.
    private static let ownProcess: Int32 = 0

    /// As of now.
    package static var current: ProcessUsage {
        var usage = rusage()
        // Fails only for another `who` than its own: getrusage(2). Its maximum of the memory is not
        // used, a program inherits it from the process that started it.
        _ = unsafe getrusage(ownProcess, &usage)
        let memory = memory
        return ProcessUsage(
            residentByteCount: memory.now, residentByteCountPeak: memory.peak,
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
    }

    /// Files and sockets that the process has open, proc_pid_fd(5); nil if the system does not say.
    package static var openFileCount: Int? {
        // The list's own descriptor is one of them.
        (try? RealFileSystem().list("/proc/self/fd")).map { $0.count - 1 }
    }

    /// `VmRSS` and `VmHWM` of proc_pid_status(5).
    private static var memory: (now: Int64, peak: Int64) {
        var text: [UInt8] = []
        guard let file = try? RealFileSystem().open("/proc/self/status", .read),
            (try? file.read(into: &text, count: 16 << 10, at: 0)) != nil
        else { return (0, 0) }
        var (now, peak) = (Int64(0), Int64(0))
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count > 1, let kibibytes = Int64(words[1]) else { continue }
            if words[0] == "VmRSS:" { now = kibibytes << 10 }
            if words[0] == "VmHWM:" { peak = kibibytes << 10 }
        }
        return (now, peak)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
