// docs/schemas/ is what people and programs read; it must be what the tools say; tools/list has outlines of it.
import FoundationEssentials
import JSON
import Testing

@testable import DockerTools

@Suite struct SchemaFilesTests {
    @Test("The file of each tool's document is its outputSchema", arguments: DockerTool.all.map(\.name))
    func file(tool name: String) throws {
        let tool = try #require(DockerTool.all.first { $0.name == name })
        let files = [
            "docker_list_containers": "containers", "docker_inspect": "inspect", "docker_logs": "logs",
            "docker_stats": "stats",
            "docker_list_images": "images", "docker_image_info": "image", "docker_connection_status": "status",
            "docker_problems": "problems", "docker_compare": "compare", "docker_events": "events",
            "docker_find": "find", "docker_top": "top", "docker_disk_usage": "disk-usage",
            "docker_networks": "networks", "docker_volumes": "volumes", "docker_services": "services",
        ]
        let file = try #require(files[name])
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "docs/schemas/\(file).v1.json"))
        let written = try JSON(parsing: Array(data))
        let shape = written.object.map { object in
            // What a file of its own carries beside the schema.
            var object = object
            for key in ["$schema", "$id", "title"] { object[key] = nil }
            return JSON.object(object)
        }
        #expect(shape == tool.outputSchema)
    }
}
