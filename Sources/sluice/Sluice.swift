internal import ArgumentParser

@main
struct Sluice: ParsableCommand {
    func run() {}
}
