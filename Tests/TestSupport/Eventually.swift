// Waits for what another thread or process does, without guessing how long it takes.

/// Asks again and again until the condition holds; false when it did not within the limit. The limit is generous: it is
/// only ever spent by a test that fails.
public func eventually(within limit: Duration = .seconds(60), _ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while await !condition() {
        guard ContinuousClock.now < deadline else { return false }
        do { try await Task.sleep(for: .milliseconds(5)) } catch { return await condition() }
    }
    return true
}
