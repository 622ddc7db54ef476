// The command line: what can be asked of the program, and nothing of how it is answered.
import ArgumentParser

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct DockerMCPSecure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Product.name,
        abstract: "Asks several Docker engines at once, and can never change any of them.",
        discussion: """
            Without a command it serves MCP on standard input and output, for AI assistants.

            Engines are set in the environment:
              DOCKER_HOST=tcp://IP:2375     a remote engine, named remote; also https:// and ssh://USER@HOST
              ALLOW_LOCAL_DOCKER=true       the engine on this machine, named local
              DOCKER_SOURCES=a=...,b=...    any number of others, each NAME=ENDPOINT, as by --source
            The first two together is dual-source mode. A file says all of this and more: ~/.config/docker-mcp-secure/config.yaml, \
            or --config FILE (docs/configuration.md). With none, commands ask the engine that docker itself would.

            Exit codes: 0 every source answered, 1 some did or the thing asked for is not there, 2 none did, 64 wrong usage.
            """,
        version: "\(Product.name) \(Product.version)",
        subcommands: [
            Serve.self, Status.self, Containers.self, Inspect.self, Logs.self, Stats.self, Images.self, Image.self,
            Problems.self, Compare.self, Events.self, Find.self, Top.self, DiskUsage.self, Networks.self, Volumes.self,
            Services.self, DoctorCommand.self, Config.self, SchemaCommand.self,
        ],
        defaultSubcommand: Serve.self)

    static func main() async {
        Streams.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Streams.end(EXIT_SUCCESS)
        } catch {
            let code = exitCode(for: error).rawValue
            let message = fullMessage(for: error)
            if !message.isEmpty { code == EXIT_SUCCESS ? Streams.output(message) : Streams.note(message) }
            Streams.end(code)
        }
    }
}
