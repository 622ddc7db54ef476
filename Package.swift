// swift-tools-version: 6.3
// The package: one executable, and the modules that ARCHITECTURE.md draws; arrows point down only (scripts/check-layers).
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let lock: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
        swiftSettings: settings)
}

let package = Package(
    name: "docker-mcp-secure",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "docker-mcp-secure", targets: ["docker-mcp-secure"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // No traits: FullFoundation alone would bring 57 MB of ICU data.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .executableTarget(
            name: "docker-mcp-secure",
            dependencies: [
                "ClientConfig", "CurlClient", "Doctor", "DockerEngine", "DockerSources", "DockerTools", "JSON", "MCP",
                "MCPHTTP", "SafeText", "Settings",
                lock,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        module("DockerTools", ["DockerEngine", "DockerSources", "JSON", "MCP", "SafeText", lock]),
        module("Doctor", ["CurlClient", "DockerEngine", "DockerSources", "JSON", "SafeText", lock]),
        module("Settings", ["CYAML", "CurlClient", "DockerSources", "JSON", "SafeText", lock]),
        module("DockerSources", ["CurlClient", "DockerEngine", "JSON", "SSHTunnel", "SafeText", lock]),
        module(
            "SSHTunnel",
            [
                lock, .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        module("DockerEngine", ["JSON"]),
        module(
            "MCPHTTP",
            [
                "JSON", "MCP", lock,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        module("MCP", ["JSON", lock]),
        module("CurlClient", ["CCurl", lock]),
        module("ClientConfig", ["JSON", "SafeText"]),
        module("SafeText", ["JSON"]),
        module("JSON"),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        .target(name: "TestSupport", dependencies: ["JSON", lock], path: "Tests/TestSupport", swiftSettings: settings),
        tests(of: "JSON"),
        tests(of: "SafeText", ["JSON"]),
        tests(of: "ClientConfig", ["JSON"]),
        tests(of: "CurlClient", [lock]),
        tests(of: "DockerEngine", ["JSON"]),
        tests(of: "DockerSources", ["CurlClient", "DockerEngine", "JSON", "SSHTunnel", "SafeText", lock]),
        tests(of: "Doctor", ["CurlClient", "DockerEngine", "DockerSources", "JSON"]),
        tests(of: "SSHTunnel"),
        tests(of: "Settings", ["CurlClient", "DockerSources", "JSON"]),
        tests(of: "MCP", ["JSON", lock]),
        tests(of: "MCPHTTP", ["JSON", "MCP", lock, .product(name: "NIOSSL", package: "swift-nio-ssl")]),
        // The protocol core with the fixtures of the public conformance suite; for tests only, and no product.
        .executableTarget(
            name: "mcp-fixture-server",
            dependencies: [
                "JSON", "MCP", "MCPHTTP", .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Tests/mcp-fixture-server", swiftSettings: settings),
        tests(of: "DockerTools", ["CurlClient", "DockerEngine", "DockerSources", "JSON", "MCP", "SafeText", lock]),
        .testTarget(
            name: "EngineTests",
            dependencies: ["CurlClient", "DockerEngine", "DockerSources", "DockerTools", "JSON", "TestSupport"],
            swiftSettings: settings),
    ]
)
