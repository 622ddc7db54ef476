// Settings, exit codes, and the document with its schema.
import FoundationEssentials
import DockerSources
import DockerEngine
import JSON
import Testing

@testable import Doctor

@Suite struct SettingsStepTests {
    @Test("Each problem is a step, and a password in it stays hidden")
    func problems() {
        let steps = Step.settings(Sample.finding(problems: ["LOG_LEVEL=loud: no.", "B=1: no."], configured: ["a"]))
        #expect(steps.map(\.outcome) == [.failed, .failed, .ok] && steps[2].found.contains("usable without that"))
        #expect(steps[0].hints.count == 1)
    }

    @Test("The configuration file is named, and what is wrong in it is to be put right there")
    func file() {
        var finding = Sample.finding(problems: ["/c.yaml:7:5: sources[1].x: no.", "A=1: no."], configured: ["a"])
        finding.configFile = "/c.yaml"
        let steps = Step.settings(finding)
        #expect(steps.map(\.outcome) == [.ok, .failed, .failed, .ok])
        #expect(steps[0].found == "the configuration file is /c.yaml")
        #expect(steps[1].hints[0].hasPrefix("Correct it in that file") && steps[2].hints[0].contains("environment"))
        finding.problems = []
        finding.configured = []
        #expect(Step.settings(finding).map(\.outcome) == [.ok, .failed])
    }

    @Test("Nothing is set") func nothing() {
        #expect(Step.settings(Sample.finding()).first?.code == "not_configured")
        let steps = Step.settings(Sample.finding(standard: "the engine of this machine"))
        #expect(steps.map(\.outcome) == [.ok] && steps[0].found.contains("the engine of this machine"))
        #expect(Step.settings(Sample.finding(problems: ["A=1: no."])).map(\.outcome) == [.failed])
    }

    @Test(
        "What is allowed and yet a trap",
        arguments: [
            (["DOCKER_CERT_PATH": "/c"], 1), (["DOCKER_CERT_PATH": "/c", "DOCKER_TLS": "1"], 0),
            (["DOCKER_TLS_VERIFY": "0"], 1), (["DOCKER_TLS_VERIFY": "1"], 0), (["DOCKER_TLS": "False"], 1),
            (["DOCKER_HOST": "tcp://a", "DOCKER_CONTEXT": "b"], 1), (["DOCKER_HOST": " ", "DOCKER_CONTEXT": "b"], 0),
        ])
    func traps(environment: [String: String], count: Int) {
        let steps = Step.settings(Sample.finding(configured: ["a"], environment))
        #expect(steps.count { $0.code == "settings_trap" } == count)
    }
}

@Suite struct ReportTests {
    private func report(_ outcomes: [Step.Outcome], settings: Step.Outcome = .ok) -> Report {
        Report(
            settings: [Step(.settings, settings, "x")],
            sources: outcomes.map { Report.Section(label: Sample.local, steps: [Step(.ping, $0, "y", hints: ["do"])]) },
            across: [], at: Timestamp(nanoseconds: 0))
    }

    @Test(
        "The exit code says the worst step",
        arguments: [
            ([Step.Outcome.ok, .ok], Step.Outcome.ok, 0 as Int32), ([.ok, .warning], .ok, 1), ([.ok, .failed], .ok, 1),
            ([.failed, .failed], .ok, 2), ([.failed], .ok, 2), ([], .ok, 2), ([.ok], .failed, 1),
            ([.ok, .skipped], .ok, 0),
        ])
    func exitCode(outcomes: [Step.Outcome], settings: Step.Outcome, code: Int32) {
        #expect(report(outcomes, settings: settings).exitCode == code)
    }

    @Test("The verdict counts") func verdict() {
        #expect(report([.ok]).verdict == "the source answers")
        #expect(report([.ok, .ok]).verdict == "both sources answer")
        #expect(
            report([.failed, .ok, .warning], settings: .failed).verdict
                == "1 of 3 sources failed, 1 setting is wrong, 1 warning")
        #expect(report([], settings: .failed).verdict == "no source could be examined, 1 setting is wrong")
    }

    @Test("Hints stand below their step") func text() {
        let lines = report([.failed]).text().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "settings" && lines.contains("local  unix:///var/run/docker.sock"))
        #expect(lines.contains("             - do") && lines.last == "failed: 1 of 1 source failed")
    }

    @Test("Lines fit the terminal, and columns stay") func width() {
        let words = Array(repeating: "word", count: 40).joined(separator: " ")
        let report = Report(
            settings: [], sources: [.init(label: Sample.local, steps: [Step(.ping, .failed, words, hints: [words])])],
            across: [], at: Timestamp(nanoseconds: 0))
        let lines = report.text(width: 80).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 } && lines.count { $0.hasPrefix("               word") } == 3)
        #expect(report.text(width: 10).split(separator: "\n").contains { $0.hasSuffix(words) })
    }

    @Test("The file of the schema is what the code says")
    func schemaFile() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "docs/schemas/doctor.v1.json"))
        #expect(try JSON(parsing: Array(data)) == Report.schema)
    }
}
