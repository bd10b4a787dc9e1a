// swift-tools-version: 6.2
import PackageDescription

// Release is compiled as Embedded Swift, so that the product needs no Swift runtime; debug compiles the same files as
// ordinary Swift. Both must build without a warning.
let settings: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded", .when(configuration: .release)),
  // A section a function lets the linker drop what nothing calls: Embedded Swift puts a copy of each generic and inlined
  // function into every object, and without this two thirds of the library would be such copies. Time is spent in OpenSSL,
  // so the rest is optimised for size. Overlapping accesses are looked for at run time in debug builds only:
  // finding one would abort the host. What incremental builds compare stays out of the library, and
  // blocks are put in an order that needs fewer jumps.
  //
  // What the optimizer would copy into many places is not copied, which no measured call is slower by: functions for each
  // closure they are given (10 KB), appending to an array (12 KB), and what is copied for the sake of a jump less (4 KB).
  .unsafeFlags(
    [
      "-wmo", "-Osize", "-enforce-exclusivity=unchecked", "-Xfrontend", "-function-sections",
      "-Xfrontend", "-disable-incremental-llvm-codegen", "-Xllvm", "-apply-ext-tsp-for-size=true",
      "-Xllvm", "-sil-disable-pass=closure-specialize", "-Xllvm", "-sil-inline-never-functions=6append",
      "-Xllvm", "-sil-inline-removed-terminator-benefit=0",
    ],
    .when(configuration: .release)),
  .treatAllWarnings(as: .error),
]

// The engine's modules, each with those it may use: arrows point one way, towards the top. Debug builds and tests compile
// them as seven, which enforces the arrows.
let modules: [(name: String, uses: [String])] = [
  ("Support", ["CSystem"]),
  ("JSON", ["Support", "CSystem"]),
  ("JOSE", ["Support", "JSON", "COpenSSL"]),
  ("KeyService", ["Support", "JSON", "JOSE"]),
  ("ResourceServer", ["Support", "JSON", "JOSE", "KeyService"]),
  ("HTTPFetch", ["Support", "KeyService", "CCurl", "CSystem"]),
  ("MCPAuthABI", ["Support", "JSON", "KeyService", "ResourceServer", "HTTPFetch", "CMCPAuth"]),
]

// The product is compiled as one module from all folders (`make` sets the variable): the optimizer sees all of it, which
// is a tenth of the library's size. The imports between the folders then find the empty modules of ReleaseImports.
let isOneModule = Context.environment["MCPAUTH_ONE_MODULE"] != nil
let systemModules = ["CSystem", "COpenSSL", "CCurl", "CMCPAuth"]
let engine: [Target] =
  isOneModule
  ? [
    .systemLibrary(name: "ReleaseImports"),
    .target(
      name: "MCPAuthABI", dependencies: (systemModules + ["ReleaseImports"]).map { .byName(name: $0) }, path: "Sources",
      exclude: systemModules + ["ReleaseImports"], sources: modules.map(\.name), swiftSettings: settings),
  ]
  : modules.map {
    .target(name: $0.name, dependencies: $0.uses.map { .byName(name: $0) }, swiftSettings: settings)
  }

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: [.treatAllWarnings(as: .error)])
}

let testTargets: [Target] = [
  tests("SupportTests", ["Support", "VectorData"]),
  // For the test targets, and in no product: the third-party test data, and tokens to try.
  .target(name: "VectorData", path: "Tests/VectorData", swiftSettings: [.treatAllWarnings(as: .error)]),
  .target(
    name: "TestTokens", dependencies: ["JOSE", "Support", "COpenSSL"], path: "Tests/TestTokens",
    swiftSettings: [.treatAllWarnings(as: .error)]),

  tests("JSONTests", ["JSON", "Support", "VectorData"]),
  tests("JOSETests", ["JOSE", "JSON", "Support", "COpenSSL", "TestTokens", "VectorData"]),
  tests("KeyServiceTests", ["KeyService", "JOSE", "JSON", "Support"]),
  tests(
    "ResourceServerTests", ["ResourceServer", "KeyService", "JOSE", "JSON", "Support", "TestTokens", "VectorData"]),
  tests("HTTPFetchTests", ["HTTPFetch", "KeyService", "JOSE", "Support"]),
  tests("MCPAuthABITests", ["MCPAuthABI", "CMCPAuth", "Support"]),
]

let package = Package(
  name: "libmcpauth",
  products: [.library(name: "mcpauth", type: .dynamic, targets: ["MCPAuthABI"])],
  targets: [
    .systemLibrary(name: "CSystem"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
    .systemLibrary(name: "CMCPAuth"),
  ] + engine + (isOneModule ? [] : testTargets),
  swiftLanguageModes: [.v6]
)
