import Bytes
import Platform

/// A question before something that cannot be undone.
enum Confirmation {
    /// Asks on stderr and reads a line of stdin; only `y` and `yes` agree.
    ///
    /// - Throws: ``CommandFailure`` if nobody is there to answer: a script must say `--yes`.
    static func ask(_ question: String, _ console: Console) throws -> Bool {
        guard StandardStream.input.isTerminal, console.isErrorTerminal else {
            throw CommandFailure.usage(
                "\(question) Nobody can be asked here; add --yes to do it without asking.")
        }
        console.note("\(question) [y/N]")
        let input = RealFileSystem().standardStream(.input)
        var answer: [UInt8] = []
        // A terminal gives one line a read (termios(3), canonical mode).
        _ = try input.readNext(into: &answer, count: 256)
        let text = String(decoding: answer, as: UTF8.self).lowercased()
        return ["y\n", "yes\n"].contains(text)
    }
}
