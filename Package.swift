// swift-tools-version: 6.2
import PackageDescription

// Release is compiled as Embedded Swift, so that the product needs no Swift runtime; debug compiles the same files as
// ordinary Swift. Both must build without a warning.
let settings: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded", .when(configuration: .release)),
  .enableExperimentalFeature("CDecl"),
  // A section a function lets the linker drop what nothing calls: Embedded Swift puts a copy of each generic and inlined
  // function into every object, and without this two thirds of the library would be such copies. Time is spent in OpenSSL
  // and jansson, so the rest is optimised for size. Overlapping accesses are looked for at run time in debug builds only:
  // finding one would abort the host. What incremental builds compare stays out of the library, and
  // blocks are put in an order that needs fewer jumps.
  .unsafeFlags(
    [
      "-wmo", "-Osize", "-enforce-exclusivity=unchecked", "-Xfrontend", "-function-sections",
      "-Xfrontend", "-disable-incremental-llvm-codegen", "-Xllvm", "-apply-ext-tsp-for-size=true",
    ],
    .when(configuration: .release)),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: [.treatAllWarnings(as: .error)])
}

let package = Package(
  name: "libmcpauth",
  products: [.library(name: "mcpauth", type: .dynamic, targets: ["MCPAuthABI"])],
  targets: [
    .systemLibrary(name: "CSystem"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CJansson", pkgConfig: "jansson"),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
    .systemLibrary(name: "CMCPAuth"),

    // Arrows point one way: each module may use those above it, and nothing below.
    module("Support", ["CSystem"]),
    module("JSON", ["Support", "CJansson"]),
    module("JOSE", ["Support", "JSON", "COpenSSL"]),
    module("KeyService", ["Support", "JSON", "JOSE"]),
    module("ResourceServer", ["Support", "JSON", "JOSE", "KeyService"]),
    module("HTTPFetch", ["Support", "KeyService", "CCurl", "CSystem"]),
    module("MCPAuthABI", ["Support", "JSON", "JOSE", "KeyService", "ResourceServer", "HTTPFetch", "CMCPAuth"]),

    tests("SupportTests", ["Support"]),
    // For the test targets, and in no product: the third-party test data, and tokens to try.
    .target(name: "VectorData", path: "Tests/VectorData", swiftSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "TestTokens", dependencies: ["JOSE", "Support", "COpenSSL"], path: "Tests/TestTokens",
      swiftSettings: [.treatAllWarnings(as: .error)]),

    tests("JSONTests", ["JSON", "Support", "VectorData"]),
    tests("JOSETests", ["JOSE", "JSON", "Support", "COpenSSL", "TestTokens", "VectorData"]),
    tests("KeyServiceTests", ["KeyService", "JOSE", "JSON", "Support"]),
    tests("ResourceServerTests", ["ResourceServer", "KeyService", "JOSE", "JSON", "Support", "TestTokens"]),
    tests("HTTPFetchTests", ["HTTPFetch", "KeyService", "JOSE", "Support"]),
    tests("MCPAuthABITests", ["MCPAuthABI", "CMCPAuth", "Support"]),
  ],
  swiftLanguageModes: [.v6]
)
