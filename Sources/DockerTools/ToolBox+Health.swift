// Keeps an eye on sources that are down, whatever the deployment is at the moment.
import DockerSources
import MCP

extension ToolBox {
    /// Probes sources that are down, so that calls need not, until the task is cancelled. A server runs it beside its
    /// transport; without it every call asks every source.
    public func watchHealth() async {
        while !Task.isCancelled {
            let now = current.state
            await firstOf([
                { await HealthMonitor(now.deployment.aggregator).run() }, { await now.replaced.wait() },
            ])
        }
    }
}
