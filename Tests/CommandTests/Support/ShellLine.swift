/// Enough of a shell's grammar to read the examples in help texts: words, quotes, pipes,
/// redirections and command substitutions.
enum ShellLine {
    /// The arguments of every call of `program` in the line.
    static func programs(named program: String, in line: String) -> [[String]] {
        var calls: [[String]] = [[]]
        var isFileName = false
        for word in words(line) {
            switch word {
            case .separator: calls.append([])
            case .redirection: isFileName = true
            case .text(let text):
                if isFileName {
                    isFileName = false
                } else {
                    calls[calls.count - 1].append(text)
                }
            }
        }
        return calls.filter { $0.first == program }.map { Array($0.dropFirst()) }
    }

    private enum Word {
        case text(String)
        /// `|`, `;`, `&&`, `(`, `)`.
        case separator
        /// `<`, `>`.
        case redirection
    }

    private static func words(_ line: String) -> [Word] {
        var words: [Word] = []
        var current: String?
        var quote: Character?
        var isEscaped = false
        func end() {
            if let text = current { words.append(.text(text)) }
            current = nil
        }
        for character in line {
            if isEscaped {
                current = (current ?? "") + String(character)
                isEscaped = false
            } else if let open = quote {
                if character == open {
                    quote = nil
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else {
                    current = (current ?? "") + String(character)
                }
            } else {
                switch character {
                case "'", "\"":
                    quote = character
                    current = current ?? ""
                case "\\": isEscaped = true
                case " ": end()
                case "|", ";", "&", "(", ")":
                    end()
                    words.append(.separator)
                case "<", ">":
                    end()
                    words.append(.redirection)
                default: current = (current ?? "") + String(character)
                }
            }
        }
        end()
        return words
    }
}
