// Builds the running parts from the settings.
import ArgumentParser
import CurlClient
import DockerSources
import DockerTools
import Settings

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum Launch {
    /// The settings, or an end with 64 that says everything that is wrong.
    static func settings(flags: Flags) throws -> Settings { try watchedSettings(flags: flags).settings }

    /// The same, and the files that they come from.
    static func watchedSettings(flags: Flags) throws -> (settings: Settings, watch: FileWatch) {
        let (found, watch) = read(flags)
        do throws(SettingsError) { return (try found.get(), watch) } catch { throw refusal(error) }
    }

    /// The settings as they are now, or all that is wrong with them; and the files that were looked at for that.
    static func read(_ flags: Flags) -> (Result<Settings, SettingsError>, FileWatch) {
        let watch = FileWatch()
        do throws(SettingsError) {
            let settings = try Settings(environment: environment, flags: flags, files: watch.watched(.system))
            return (.success(settings), watch)
        } catch {
            return (.failure(error), watch)
        }
    }

    /// Says what is wrong with the settings; the end with 64 that is to be thrown then.
    static func refusal(_ error: SettingsError) -> ExitCode {
        for problem in error.problems { Streams.note("\(Product.name): \(problem)") }
        return .validationFailure
    }

    /// The sources of `settings`, and what is said when there are none.
    static func deployment(_ settings: Settings, isServer: Bool) -> Deployment {
        Deployment(
            aggregator: aggregator(settings), mode: settings.mode,
            adviceWhenNothingIsSet: settings.adviceWhenNothingIsSet(isServer: isServer))
    }

    /// The sources of `settings` on one client. Nothing is connected yet.
    private static func aggregator(_ settings: Settings) -> Aggregator {
        // Each source may take several connections, and many systems allow 1,024 files unless they are asked for more.
        if settings.sources.count > 64 { DescriptorLimit.raise() }
        let client = CurlClient(keptConnections: DescriptorLimit.connectionsKept(for: settings.sources.count))
        return Aggregator(sources: settings.sources.map { source($0, client) })
    }

    /// The source of one setting.
    static func source(_ setting: SourceSetting, _ client: CurlClient) -> any Source {
        switch setting.endpoint {
        case .localSocket(let paths):
            LocalSocketSource(
                name: setting.name, paths: paths, limits: setting.limits, tags: setting.tags, client: client)
        case .tcp(let host, let port):
            RemoteTCPSource(
                name: setting.name, host: host, port: port, limits: setting.limits, tags: setting.tags, client: client)
        case .tls(let host, let port, let options):
            RemoteTCPSource(
                name: setting.name, host: host, port: port, tls: options, limits: setting.limits, tags: setting.tags,
                client: client)
        case .ssh(let destination):
            SSHSource(
                name: setting.name, destination: destination, limits: setting.limits, tags: setting.tags, client: client
            )
        }
    }

    /// The process's environment, without `Foundation`.
    static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}
