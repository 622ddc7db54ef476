// Processes of a container, in columns of the host's ps or of the container's own.
import DockerEngine
import Testing

@Suite("Engine: processes") struct ProcessTableTests {
    private func table(_ bytes: [UInt8]) throws -> ProcessTable {
        try Endpoint<ProcessTable>.processes(in: try #require(ContainerReference("x"))).reply(from: bytes)
    }

    @Test("Docker's columns")
    func docker() throws {
        let table = try table(try Replies.docker("top-web"))
        #expect(table.titles == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"])
        #expect(table.processes.map { $0[7] } == ["/bin/sh /app/stay", "sleep 3600"])
    }

    @Test("Podman's whole lines are taken apart, the last column with its spaces")
    func podman() throws {
        let table = try table(try Replies.podman("top-web"))
        #expect(table.titles == ["PID", "USER", "COMMAND"])
        #expect(table.processes == [["1", "root", "{stay} /bin/sh /app/stay"], ["6", "root", "sleep 3600"]])
    }

    @Test("Rows are as long as the titles, whatever the engine sends")
    func ragged() throws {
        let table = try table(Array(#"{"Titles":["PID","CMD"],"Processes":[["1"],["2","a","b"],7,[null,"x"]]}"#.utf8))
        #expect(table.processes == [["1", ""], ["2", "a"], ["", ""], ["", "x"]])
        #expect(try self.table(Array(#"{"Titles":null,"Processes":null}"#.utf8)).processes.isEmpty)
        #expect(throws: ReplyError.self) { try self.table(Array("[]".utf8)) }
    }
}
