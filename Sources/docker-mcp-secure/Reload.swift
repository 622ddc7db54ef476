// Keeps a running server at what its settings say now: at SIGHUP, and when a file that they come from has changed.
import DockerTools
import Logging
import SafeText
import Settings

/// The settings that a server runs with, read anew one at a time.
///
/// Calls that run go on with the sources that they began with. Settings that can't be used change nothing.
actor Reload {
    private let toolBox: ToolBox
    private let flags: Flags
    private let log: Logger
    /// What can't change while the server runs is as it was here.
    private let started: Settings
    private var current: Settings
    private var watch: FileWatch

    /// How often the files are looked at: a system call each. A watch of the kernel's would miss a link that leads elsewhere.
    private static let interval = Duration.seconds(2)
    /// How long a file that is being written may be without sense, before its faults are told.
    private static let patience = Duration.milliseconds(300)

    init(_ toolBox: ToolBox, _ started: Settings, watch: FileWatch, flags: Flags, _ log: Logger) {
        self.toolBox = toolBox
        self.started = started
        self.watch = watch
        self.flags = flags
        self.log = log
        current = started
    }

    /// Looks at the files until the task is cancelled, and reads them when one has changed.
    func followFiles() async {
        while true {
            do {
                try await Task.sleep(for: Self.interval)
                guard watch.hasChanged else { continue }
                // Whoever writes in place has not finished yet.
                try await Task.sleep(for: Self.patience)
            } catch { return }
            read(isAsked: false)
        }
    }

    /// Reads the settings anew because somebody said so.
    func readAtSignal() { read(isAsked: true) }

    private func read(isAsked: Bool) {
        let (found, watch) = Launch.read(flags)
        self.watch = watch
        let settings: Settings
        do throws(SettingsError) { settings = try found.get() } catch {
            for problem in error.problems { log.error("\(problem)") }
            log.error("the settings as they are now can't be used; those from before stay")
            return
        }
        if !isAsked, let file = current.configFile, settings.configFile == nil {
            return log.warning("\(SafeText.line(file)) is gone; what it said stays until SIGHUP or a restart")
        }
        let change = SettingsChange(from: current, to: settings, running: started)
        let isNew = settings != current
        current = settings
        if isAsked || change.changesSources {
            toolBox.replaceDeployment(with: Launch.deployment(settings, isServer: true))
        }
        guard isAsked || isNew else { return log.debug("a file of the settings was written, and says the same") }
        log.info(
            "settings were read anew",
            metadata: ["mode": "\(settings.mode)", "sources": "\(change.summary ?? "as before")"])
        if !change.needsRestart.isEmpty {
            log.warning("this counts after a restart only: \(change.needsRestart.joined(separator: ", "))")
        }
    }
}
