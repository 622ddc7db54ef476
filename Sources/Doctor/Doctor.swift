// The whole examination: all sources at once, then what they have in common.
public import CurlClient
import DockerEngine
import DockerSources

/// Looks for what keeps sources from answering.
public enum Doctor {
    /// Examines all of `patients`; the report keeps their order. Takes about as long as the slowest.
    public static func examine(
        _ patients: [Patient], settings: SettingsFinding, client: CurlClient
    ) async -> Report {
        await examine(patients, settings: settings, Examiner(look: .system(client), client: client))
    }

    /// More at once would measure each other, and use up descriptors.
    private static let atOnce = 32

    static func examine(_ patients: [Patient], settings: SettingsFinding, _ examiner: Examiner) async -> Report {
        var results: [(steps: [Step], facts: EngineFacts)?] = Array(repeating: nil, count: patients.count)
        await withTaskGroup(of: (Int, (steps: [Step], facts: EngineFacts)).self) { group in
            for (index, patient) in patients.enumerated() {
                if index >= atOnce, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (index, await examiner.examine(patient)) }
            }
            for await (done, result) in group { results[done] = result }
        }
        let facts = results.compactMap { $0?.facts }
        return Report(
            settings: Step.settings(settings),
            sources: zip(patients, results).map { patient, result in
                Report.Section(label: patient.source.label, steps: result?.steps ?? [])
            },
            across: [Step.sameEngine(facts), Step.clock(facts)].compactMap(\.self), at: .now)
    }
}
