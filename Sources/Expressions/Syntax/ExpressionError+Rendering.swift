extension ExpressionError {
    /// Code points of a source line that are shown on each side of the caret.
    private static let excerptRadius = 60

    /// Line and column, both from 1; the column counts code points.
    package func lineAndColumn(in source: String) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        var position = 0
        for scalar in source.unicodeScalars {
            if position >= at { break }
            position += UTF8.width(scalar)
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return (line, column)
    }

    /// `line:column: kind error: message`, the source line, and a caret under the place.
    package func rendered(in source: String) -> String {
        let place = lineAndColumn(in: source)
        let lines = source.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        var shown = place.line <= lines.count ? Array(lines[place.line - 1]) : []
        if shown.last == "\r" { shown.removeLast() }
        let caret = min(place.column - 1, shown.count)
        let first = caret > Self.excerptRadius ? caret - Self.excerptRadius : 0
        let last = min(shown.count, caret + Self.excerptRadius)
        var excerpt = first > 0 ? "…" : ""
        var padding = first > 0 ? " " : ""
        for index in first..<last {
            excerpt.unicodeScalars.append(shown[index])
            // A tab under a tab keeps the caret in its column whatever the terminal's tab width.
            if index < caret { padding.unicodeScalars.append(shown[index] == "\t" ? "\t" : " ") }
        }
        if last < shown.count { excerpt += "…" }
        let head = "\(place.line):\(place.column): \(kind.rawValue) error: \(fullMessage)"
        return "\(head)\n\(excerpt)\n\(padding)^"
    }
}
